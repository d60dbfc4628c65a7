"""The project as a Django app: Celery and the system checks come with it."""

from django.apps import AppConfig


class AidtrackerConfig(AppConfig):
    name = "aidtracker"

    def ready(self) -> None:
        # Tasks are sent by way of this application from every process, not the worker's alone.
        from aidtracker import celery, checks  # noqa: F401
