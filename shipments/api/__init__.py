"""The API's door of this app."""
