"""What is done once before the site is whole: `tables` with static files, then the `demo`.

Run as a process of its own, `python -m aidtracker.local.preparation STEP`, whose memory is given
back. The site runs already while the demonstration is loaded, which appears all at once.
"""

import gc
import io
import os
import sys


def main(step: str) -> int:
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
        if step == "tables":
            prepare_database(verbosity=0)
        demo = environment.flag("DEMO", True)
    except (ImproperlyConfigured, OperationalError) as error:
        print(error, file=sys.stderr)
        return 1
    if step == "tables":
        call_command("collectstatic", interactive=False, verbosity=0)
    elif demo:
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
    # It ends before there is anything worth collecting.
    gc.disable()
    sys.exit(main(sys.argv[1]))
