"""The API's door of this app, and what all lists and records of the API have in common."""
