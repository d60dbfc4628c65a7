"""The Celery application: worker and beat, and a sign of life for /readyz."""

import os
from typing import Any

import celery
from celery import signals

from aidtracker.heartbeat import beat_heart
from aidtracker.local.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")

app = celery.Celery("aidtracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def check_database(**kwargs: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, connections

    from aidtracker.database import require_safe_database

    try:
        require_safe_database()
    except (ImproperlyConfigured, OperationalError) as error:
        # Celery would log any lesser exception and go on.
        raise SystemExit(str(error)) from error
    # The pool is forked from this process, and a connection has one user only.
    connections.close_all()


@signals.worker_process_init.connect
def end_with_worker(**kwargs: Any) -> None:
    # A worker that was killed must not leave its pool behind, holding the database.
    die_with_parent()


@signals.heartbeat_sent.connect
def say_alive(**kwargs: Any) -> None:
    beat_heart()
