"""What all tests share: the database, and the cast."""

pytest_plugins = ["tests.database"]
