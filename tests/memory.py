"""Where databases of tests are made: in memory, where there is room for them."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aidtracker.local.account import Account
from aidtracker.local.cluster import OWNER, Cluster

SHARED_MEMORY = Path("/dev/shm")
# A few databases of up to 40 MB stand at once; a run that was killed leaves no more.
NEEDED = 1024**3


def tablespace_in_memory(cluster: Cluster, name: str) -> str | None:
    """Return the tablespace of this name, made if need be; None where there is no room for it.

    The caller sees to it that nobody else asks at the same time.
    """
    if not SHARED_MEMORY.is_dir() or shutil.disk_usage(SHARED_MEMORY).free < NEEDED:
        return None
    folder = folder_of(name)
    with cluster.connect() as superuser:
        if not (folder.exists() and name in tablespaces(superuser)):
            # The machine was started anew, or the data directory removed: the rest means nothing.
            forget(superuser, name)
            shutil.rmtree(folder, ignore_errors=True)
            Account.for_server().own_folder(folder)
            superuser.execute(
                sql.SQL("CREATE TABLESPACE {} OWNER {} LOCATION {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Literal(str(folder))
                )
            )
    return name


def leave_memory(owner: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Drop the tablespace and its folder, unless somebody's database stands there."""
    # What is still in use is refused.
    with suppress(psycopg.errors.ObjectNotInPrerequisiteState):
        owner.execute(sql.SQL("DROP TABLESPACE IF EXISTS {}").format(sql.Identifier(name)))
        shutil.rmtree(folder_of(name), ignore_errors=True)


def folder_of(name: str) -> Path:
    return SHARED_MEMORY / f"aidtracker-{name}"


def forget(superuser: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    """Drop the tablespace of this name, and the databases whose files were lost with it."""
    lost = superuser.execute(
        "SELECT datname FROM pg_database JOIN pg_tablespace AS place"
        " ON place.oid = dattablespace WHERE spcname = %s",
        [name],
    )
    for (database,) in lost.fetchall():
        superuser.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(str(database))))
    superuser.execute(sql.SQL("DROP TABLESPACE IF EXISTS {}").format(sql.Identifier(name)))


def tablespaces(superuser: "psycopg.Connection[tuple[object, ...]]") -> set[object]:
    return {row[0] for row in superuser.execute("SELECT spcname FROM pg_tablespace")}
