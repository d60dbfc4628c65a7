"""Parsers of what people type in the browser. They say what is malformed and decide nothing."""
