"""The export of ledger lines takes the same memory however many lines there are."""

import json
import subprocess
import sys
from typing import Any

import pytest

from accounts.models import User
from tests import build
from tests.drawing import drawn, rounds
from tests.world import World

FEW, MANY = 5_000, rounds(20_000, whole=50_000)
# Megabytes by which so many more rows may make a process larger. Parquet holds a group of rows,
# which few lines do not fill.
MOST_GROWTH = {"csv": 3, "ndjson": 3, "json": 3, "xlsx": 3, "parquet": 16}

# For each format forks a process that writes the file of few and of many lines and tells, after
# each, rows and the largest size so far; the program is loaded once.
PROGRAM = """
import json, os, resource, sys
from pathlib import Path
from tempfile import TemporaryFile
import django
django.setup()
from django.http import QueryDict
from accounts.models import User
from regions.exports.rows import reader_of
from shipments.exports import LISTINGS
from shipments.exports.tables import WRITERS, one_snapshot, table_of

def written(ending, query):
    with one_snapshot(), TemporaryFile() as stream:
        reader = reader_of(User.objects.get(username="chen"))
        table = table_of(LISTINGS["lines"], QueryDict(query), reader, ending, "")
        WRITERS[ending](table, stream)
    return table.count, largest()

def largest():
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in ru_maxrss how large the process was that started this one.
    return next(int(s.split()[1]) * 1024 for s in status.open() if s.startswith("VmHWM"))

for ending in sys.argv[1:]:
    forked = os.fork()
    if forked == 0:
        print(json.dumps([written(ending, "outcome=sent"), written(ending, "")]), flush=True)
        os._exit(0)
    assert os.waitpid(forked, 0)[1] == 0
"""


@pytest.fixture
def many_lines(world: World, omar: User, chen: User, owner: Any, committed: None) -> None:
    """A ledger with more lines than any judging would let through, so the guards are lifted.

    The database is cloned afresh after the test.
    """
    build.receive(world.sent(), by=omar, received=380)
    owner.execute("ALTER TABLE shipments_deliveryline DISABLE TRIGGER USER")
    owner.execute("ALTER TABLE shipments_deliveryline DROP CONSTRAINT ledger_outcome_once_an_event")
    columns = "outcome, quantity, weight_kg, weight_basis, surplus, scale_kg, event_id, line_id"
    for outcome, count in (("sent", FEW), ("received", MANY - FEW)):
        owner.execute(
            f"INSERT INTO shipments_deliveryline ({columns}) SELECT {columns}"
            " FROM shipments_deliveryline, generate_series(2, %s) WHERE outcome = %s",
            [count, outcome],
        )
    # In use these come one by one, and PostgreSQL has long counted them by then.
    owner.execute("ANALYZE shipments_deliveryline")


def test_memory_does_not_grow_with_the_lines(
    many_lines: None, program_environment: dict[str, str]
) -> None:
    endings = drawn(MOST_GROWTH, 3)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *endings],
        env=program_environment | {"DJANGO_SETTINGS_MODULE": "aidtracker.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    growth = {}
    for ending, said in zip(endings, done.stdout.splitlines(), strict=True):
        (few, before), (many, after) = json.loads(said)
        assert (few, many) == (FEW, MANY)
        growth[ending] = (after - before) / 1024 / 1024
    too_much = {ending: grew for ending, grew in growth.items() if grew >= MOST_GROWTH[ending]}
    assert too_much == {}, growth
