"""Words and numbers: the app that carries display formats, and no models."""

from django.apps import AppConfig


class TextConfig(AppConfig):
    name = "text"
