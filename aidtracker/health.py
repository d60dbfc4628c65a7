"""What machines ask the program about itself: alive, ready, and in figures."""

from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from aidtracker.database import half_taken
from aidtracker.heartbeat import broker, worker_is_alive
from aidtracker.metrics import exposition

# Migrations do not go away again while a process runs; the answer is worth keeping.
seen_migrated = False


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    faults = {name: fault for name, check in CHECKS.items() if (fault := check())}
    checks = {name: faults.get(name, "ready") for name in CHECKS}
    answer = {"status": "not ready" if faults else "ready", "checks": checks}
    return JsonResponse(answer, status=503 if faults else 200)


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def database_fault() -> str:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def migrations_fault() -> str:
    global seen_migrated
    if seen_migrated:
        return ""
    try:
        executor = MigrationExecutor(connections["default"])
        if fault := half_taken(executor.loader):
            return fault
        seen_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not say which migrations it has."
    return "" if seen_migrated else "Migrations are missing. Run manage.py prepare_database."


def broker_fault() -> str:
    try:
        broker().ping()
    except redis.RedisError:
        return "The broker does not answer."
    return ""


def worker_fault() -> str:
    try:
        return "" if worker_is_alive() else "No worker has given a sign of life."
    except redis.RedisError:
        return "Nobody knows, because the broker does not answer."


def demonstration_fault() -> str:
    loading: Path = settings.DEMONSTRATION_LOADING
    return "The demonstration is being loaded." if loading.exists() else ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_fault,
    "migrations": migrations_fault,
    "broker": broker_fault,
    "worker": worker_fault,
    "demonstration": demonstration_fault,
}
