"""The API's door of this app: who asks, and the tokens of programs."""
