"""Values from the environment, typed, refused with a sentence when they are odd."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# What of a database address may stand after its question mark; the rest is a slip of the keyboard.
DATABASE_OPTIONS = {
    "application_name",
    "connect_timeout",
    "host",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}


def text(name: str, default: str = "") -> str:
    """Read NAME, or the file that NAME_FILE names, without the line end.

    An empty value counts as not set, because that is what compose files and CI make of a blank.
    """
    path = os.environ.get(f"{name}_FILE", "")
    value = os.environ.get(name, "")
    if path and value:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from error
    return value or default


def folder(name: str, default: Path) -> Path:
    """Read the path of a folder."""
    return Path(text(name, str(default))).expanduser().resolve()


def flag(name: str, default: bool = False) -> bool:
    """Read a yes or no."""
    value = text(name)
    if value not in {"", "0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 for yes or 0 for no.")
    return value == "1" if value else default


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """Read a whole number between `least` and `most`."""
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to a whole number from {least} to {most}."
        )
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Read a list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def one_of(name: str, allowed: list[str], default: str) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to one of {', '.join(allowed)}.")
    return value


def origin(name: str) -> str:
    """Read an address such as https://aid.example.org, without a path."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path):
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Write scheme and host only, for example https://aid.example.org."
        )
    return value


def redis_url(name: str, default: str) -> str:
    """Read the address of a Redis-compatible server."""
    value = text(name, default)
    if urlsplit(value).scheme not in {"redis", "rediss", "redis+socket", "unix"}:
        raise ImproperlyConfigured(
            f"{name} is not the address of a Redis or Valkey server."
            " Write it like redis://localhost:6379/0."
        )
    # redis-py says unix://, kombu says redis+socket://; settings keep kombu's.
    return "redis+socket" + value.removeprefix("unix") if value.startswith("unix:") else value


def database(name: str, url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into one entry of Django's DATABASES.

    The message never repeats the address, which may hold a password.
    """
    example = f"Write {name} like postgresql://user:password@host:5432/database."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has an odd host or port. {example}") from error
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address. {example}")
    base = unquote(parts.path.removeprefix("/"))
    if not base or "/" in base:
        raise ImproperlyConfigured(f"{name} does not name one database. {example}")
    options: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    odd = sorted(set(options) - DATABASE_OPTIONS)
    if odd:
        raise ImproperlyConfigured(
            f"{name} has the option {odd[0]!r}. Known are {', '.join(sorted(DATABASE_OPTIONS))}."
        )
    # A socket folder does not fit where the host stands: libpq takes it as ?host=/folder.
    host = options.pop("host", unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def kept_secret(path: Path) -> str:
    """Return the secret in the file, made on the first start and readable by nobody else."""
    try:
        value = path.read_text(encoding="ascii").strip()
        if value:
            return value
        path.unlink()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key in {path} cannot be read: {error.strerror}."
            " Set SECRET_KEY, or run as the account that started the program first."
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked into place: of two first starts at once, both use the same key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
