"""The databases that those of tests are cloned from, each kept until the code behind it changes."""

import hashlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from django.conf import settings

from aidtracker.database import prepare_database
from bench.database import fingerprint
from bench.loading import load
from shipments.demo.loading import load_demo
from tests.world import make_world

ROOT = Path(settings.BASE_DIR)
PREFIX = "test_" + hashlib.sha256(f"{socket.gethostname()}:{ROOT}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Template:
    """A database that is filled once and then only cloned."""

    kind: str
    shaped_by: Callable[[Path], bool]
    fill: Callable[[], object]
    base: "Template | None" = None
    also: tuple[str, ...] = ()

    @cached_property
    def name(self) -> str:
        """The name of the database, another one as soon as a file that shapes it differs."""
        digest = hashlib.sha256()
        for app in ("accounts", "regions", "shipments", "text", "aidtracker"):
            for path in sorted((ROOT / app).rglob("*")):
                if path.is_file() and self.shaped_by(path.relative_to(ROOT)):
                    digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
        for name in self.also:
            digest.update((ROOT / name).read_bytes())
        return f"{PREFIX}_{self.kind}_{digest.hexdigest()[:12]}"


def shapes_tables(path: Path) -> bool:
    # Models too: content types and permissions are made from them.
    named = {"migrations", "models", "models.py", "database.py"}
    return path.suffix == ".sql" or bool(path.suffix == ".py" and named & set(path.parts))


def shapes_world(path: Path) -> bool:
    # Names are folded as they are saved.
    return shapes_tables(path) or path.parts[0] == "text"


def shapes_demonstration(path: Path) -> bool:
    # By the import rules, what loads it knows of nothing in these rooms.
    doors = {"urls", "admin", "api", "views", "management", "tasks"}
    doors |= {"imports", "exports", "pictures", "templatetags", "filters", "forms"}
    wiring = path.parts[0] == "aidtracker" and path.name not in ("database.py", "settings.py")
    return path.suffix != ".pyc" and not wiring and not doors & {*path.parts, path.stem}


EMPTY = Template("empty", shapes_tables, partial(prepare_database, verbosity=0))
WORLD = Template(
    "world", shapes_world, make_world, EMPTY, also=("tests/build.py", "tests/world.py")
)
DEMONSTRATION = Template("demonstration", shapes_demonstration, load_demo, EMPTY)
# Known by the code that makes the benchmark's data, too.
SMOKE = Template(f"smoke_{fingerprint()}", shapes_tables, partial(load, "smoke"), EMPTY)
