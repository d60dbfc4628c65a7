"""The embedded PostgreSQL and Valkey behind the one-command start."""
