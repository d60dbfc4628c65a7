"""Odd values of the environment are refused with a sentence that says what would have worked."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from aidtracker import environment


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user@host/aid",
        "postgresql://user@host",
        "postgresql://user@host/",
        "postgresql://user@host/aid/more",
        "postgresql://user:secret@host:port/aid",
        "postgresql://user:secret@host:99999/aid",
        "postgresql://user:secret@host/aid?sslmod=require",
        "aid",
    ],
)
def test_an_odd_database_address_is_refused_and_its_password_not_repeated(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refusal:
        environment.database("DATABASE_URL", url)
    assert "secret" not in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_database_address_is_read_with_password_port_and_options() -> None:
    found = environment.database(
        "DATABASE_URL", "postgresql://aid%40un:p%2Fw@db.example.org:5433/aid?sslmode=require"
    )
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "aid",
        "USER": "aid@un",
        "PASSWORD": "p/w",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    "url", ["postgresql://aid@/aid?host=/run/pg", "postgresql://aid@%2Frun%2Fpg/aid"]
)
def test_a_database_behind_a_socket_is_found(url: str) -> None:
    assert environment.database("DATABASE_URL", url)["HOST"] == "/run/pg"


@pytest.mark.parametrize("value", ["yes", "true", "2", "on"])
def test_a_flag_is_1_or_0(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match=r"DEBUG is .* 1 for yes or 0 for no\."):
        environment.flag("DEBUG")


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1", "٨٠٠٠", "80.0"])
def test_a_number_outside_its_bounds_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match="whole number from 1 to 65535"):
        environment.number("PORT", 8000, least=1, most=65535)


def test_a_blank_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert environment.number("PORT", 8000) == 8000


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.text("SECRET_KEY") == "from a file"


def test_a_secret_given_twice_or_in_a_missing_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SECRET_KEY", "too")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        environment.text("SECRET_KEY")
    monkeypatch.delenv("SECRET_KEY")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        environment.text("SECRET_KEY")


def test_the_key_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret-key"
    key = environment.kept_secret(path)
    assert len(key) > 80
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert environment.kept_secret(path) == key
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("value", ["aid.example.org", "https://", "ftp://x", "https://x/path"])
def test_a_public_address_has_scheme_and_host_only(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        environment.origin("SITE_URL")


def test_an_odd_broker_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "amqp://broker")
    with pytest.raises(ImproperlyConfigured, match="redis://localhost:6379/0"):
        environment.redis_url("REDIS_URL", "")
