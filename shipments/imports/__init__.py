"""Spreadsheets in: reading, matching and checking."""
