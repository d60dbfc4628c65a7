"""The program as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")
application = get_wsgi_application()

from aidtracker.database import require_safe_database  # noqa: E402 - needs the settings

require_safe_database()
