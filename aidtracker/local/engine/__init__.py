"""Django's PostgreSQL backend, whose first connection starts the embedded server."""
