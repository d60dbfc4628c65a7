"""Uploaded bytes to tables: nothing in here knows a model or runs in the web process."""
