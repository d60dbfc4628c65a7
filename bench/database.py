"""Where the data sets live: a durable server of the benchmark's own, kept between runs.

Each size is a database, made once for the code that shapes it. What writes does so in a clone.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections
from psycopg import sql

from aidtracker.database import limit_application_role, prepare_database
from aidtracker.local.cluster import Cluster
from aidtracker.local.locks import FileLock
from bench.loading import UnsoundDataError, load

ROOT = Path(settings.BASE_DIR)
PINNED = ROOT / "bench" / "pinned.json"
PREFIX = "bench"
SHAPING = {"migrations", "models", "models.py", "database.py"}
BENCH = ("scenery.py", "data.py", "loading.py")


def fingerprint() -> str:
    """This will name the code that decides what the database holds."""
    digest = hashlib.sha256()
    paths = [ROOT / "bench" / name for name in BENCH]
    for app in ("accounts", "regions", "shipments", "aidtracker"):
        for path in sorted((ROOT / app).rglob("*")):
            shapes = path.suffix == ".py" and SHAPING & set(path.relative_to(ROOT).parts)
            if shapes or path.suffix == ".sql":
                paths.append(path)
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def pinned() -> dict[str, Any]:
    """This will read what each size has to come to."""
    found: dict[str, Any] = json.loads(PINNED.read_text()) if PINNED.exists() else {}
    return found


def require_pinned(size: str, found: dict[str, Any]) -> None:
    """This will refuse data other than what figures of earlier runs were measured on."""
    if size.isdigit():
        return
    expected = pinned().get(size)
    if expected is None:
        PINNED.write_text(json.dumps(pinned() | {size: found}, indent=1, sort_keys=True) + "\n")
    elif expected != found:
        odd = sorted(name for name in expected | found if expected.get(name) != found.get(name))
        raise UnsoundDataError(
            f"The {size} data differ from {PINNED.name} in {', '.join(odd)}. If that is meant,"
            f" remove {size} from that file; figures before and after cannot be compared then."
        )


def use(name: str) -> None:
    """This will point both roles of this process at a database."""
    connections.close_all()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name


def workshop(statement: str, *names: str) -> list[Any]:
    """This will run a statement about databases from outside of all of them."""
    with cluster().connect() as connection:
        cursor = connection.execute(
            sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
        )
        return cursor.fetchall() if cursor.description else []


def cluster() -> Cluster:
    return Cluster(Path(settings.DATABASES["default"]["CLUSTER"]))


def databases() -> list[str]:
    rows = workshop("SELECT datname FROM pg_database")
    return [name for (name,) in rows if name.startswith(f"{PREFIX}_")]


def drop(name: str) -> None:
    workshop("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def require(size: str) -> str:
    """This will make the database of a size unless it is there, use it, and return its name."""
    cluster().ensure()
    name = f"{PREFIX}_{size}_{fingerprint()}"
    there = databases()
    for other in there:
        if other.startswith(f"{PREFIX}_{size}_") and other != name:
            drop(other)
    if name not in there:
        draft = f"{name}_draft"
        drop(draft)
        workshop("CREATE DATABASE {} OWNER aidtracker_owner", draft)
        use(draft)
        prepare_database(verbosity=0)
        require_pinned(size, load(size))
        connections.close_all()
        workshop("ALTER DATABASE {} RENAME TO {}", draft, name)
    use(name)
    limit_application_role()
    return name


@contextmanager
def cloned(name: str) -> Iterator[str]:
    """This will use a copy of a database that may be written to, and drop it afterwards."""
    clone = f"{PREFIX}_run_{os.getpid()}"
    connections.close_all()
    drop_left_behind()
    workshop(
        "CREATE DATABASE {} OWNER aidtracker_owner TEMPLATE {} STRATEGY FILE_COPY", clone, name
    )
    use(clone)
    limit_application_role()
    # What was copied lies in the way of the next checkpoint otherwise.
    workshop("CHECKPOINT")
    try:
        yield clone
    finally:
        use(name)
        drop(clone)


@contextmanager
def alone() -> Iterator[None]:
    """This will keep a second benchmark out: what one loads or drops, another measures."""
    lock = FileLock(Path(settings.VAR_DIR) / "bench.lock")
    if not lock.acquire(patience=0):
        raise SystemExit(f"A benchmark runs already (process {lock.path.read_text()}).")
    try:
        yield
    finally:
        lock.release()


def drop_left_behind() -> None:
    for name in databases():
        if name.startswith(f"{PREFIX}_run_"):
            drop(name)


def address(alias: str = "default") -> str:
    """This will write the address that another program would use for the database in use."""
    chosen = connections[alias].settings_dict
    host = quote(str(cluster().socket_folder), safe="")
    return f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={host}"
