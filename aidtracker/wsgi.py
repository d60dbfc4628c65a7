"""The program as a WSGI application."""

import os

import django

from aidtracker.local.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")
if "DIE_WITH_PARENT" in os.environ:
    # The web server's own workers would outlive a kill -9 of the web server.
    die_with_parent()
django.setup(set_prefix=False)

from aidtracker.database import require_safe_database  # noqa: E402 - needs the settings
from aidtracker.handlers import ByWSGI  # noqa: E402 - needs the settings

application = ByWSGI()

require_safe_database()
