"""Everything between a started database and a started site: tables, demo, static files.

Run as a process of its own, `python -m aidtracker.local.preparation`, whose memory is given back.
"""

import io
import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        django.setup()
        from aidtracker import environment
        from aidtracker.database import prepare_database, require_safe_database

        require_safe_database(patience=10)
        prepare_database(verbosity=0)
        demo = environment.flag("DEMO", True)
    except (ImproperlyConfigured, OperationalError) as error:
        print(error, file=sys.stderr)
        return 1
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo:
        load_demo_when_empty()
    return 0


def load_demo_when_empty() -> None:
    """Show a newcomer a living operation; a database in use is left alone."""
    from django.core.management import call_command

    from shipments.models import Operation

    if not Operation.objects.exists():
        print("Loading the demonstration ...", flush=True)
        call_command("load_demo", stdout=io.StringIO())


if __name__ == "__main__":
    sys.exit(main())
