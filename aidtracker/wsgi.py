"""The program as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from aidtracker.local.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")
if "DIE_WITH_PARENT" in os.environ:
    # The web server's own workers would outlive a kill -9 of the web server.
    die_with_parent()
application = get_wsgi_application()

from aidtracker.database import require_safe_database  # noqa: E402 - needs the settings

require_safe_database()
