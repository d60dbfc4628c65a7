"""The project as a Django app: Celery, the system checks and the admin site come with it."""

from django.apps import AppConfig
from django.contrib.admin import apps


class AidtrackerConfig(AppConfig):
    name = "aidtracker"

    def ready(self) -> None:
        # Tasks are sent by way of this application from every process, not the worker's alone.
        from aidtracker import celery, checks  # noqa: F401


class AidAdminConfig(apps.AdminConfig):
    """The stock admin app, with our site as the one that pages register with."""

    # The settings name this one beside the project itself, which stays the app of this folder.
    default = False
    default_site = "aidtracker.admin.AidAdminSite"
