"""System checks: settings that are allowed but do not go together, with what to do about them."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.files)
def check_folder(**kwargs: Any) -> list[CheckMessage]:
    folder = settings.VAR_DIR
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(existing, os.W_OK):
        return []
    return [
        Error(
            f"The program cannot write into {existing}.",
            hint="Give the folder to the account that runs the program, or set VAR_DIR.",
            id="aidtracker.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_roles(**kwargs: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["USER"] != settings.DATABASES["owner"]["USER"]:
        return []
    return [
        Warning(
            "The program uses the database as the owner of its tables.",
            hint=(
                "Set DATABASE_URL to a role that owns nothing and DATABASE_OWNER_URL to the owner,"
                " so that the ledger's rights hold too, not its triggers alone."
            ),
            id="aidtracker.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_address(**kwargs: Any) -> list[CheckMessage]:
    faults: list[CheckMessage] = []
    if not settings.SITE_URL:
        faults.append(
            Warning(
                "The public address of the site is not known.",
                hint="Set SITE_URL, for example https://aid.example.org.",
                id="aidtracker.W002",
            )
        )
    if settings.TLS and not getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        faults.append(
            Warning(
                "The program cannot tell which requests came by TLS.",
                hint="Set BEHIND_PROXY=1 when a proxy sets X-Forwarded-Proto on every request.",
                id="aidtracker.W003",
            )
        )
    if settings.ALLOW_UNSAFE_DATABASE:
        faults.append(
            Warning(
                "A database server that may forget commits would be accepted.",
                hint="Remove ALLOW_UNSAFE_DATABASE.",
                id="aidtracker.W004",
            )
        )
    return faults
