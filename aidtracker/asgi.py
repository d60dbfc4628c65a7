"""The program as an ASGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")
django.setup(set_prefix=False)

from aidtracker.handlers import ByASGI  # noqa: E402 - needs the settings

application = ByASGI()
