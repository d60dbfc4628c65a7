"""Who asks: every kind of person and token, and what each of them must never read."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import ApiToken, TokenScope, User
from accounts.services import create_token, note_token_use, revoke_token
from regions.models import Grant
from regions.rights import Role
from tests import build
from tests.matrix.belongings import own_things
from tests.matrix.canaries import WORLDS
from tests.matrix.worlds import Land
from tests.pages import signed_in

CSRF = "c" * 32
Lands = dict[str, Land]


@dataclass
class Principal:
    """One who asks. ``power`` names a column of the policy, ``lands`` the worlds seen whole."""

    name: str
    power: str
    lands: str = ""
    user: User | None = None
    token: str = ""
    basic: bool = False
    things: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    client: Client = field(default_factory=lambda: quiet_client())

    def __str__(self) -> str:
        return self.name

    @property
    def headers(self) -> dict[str, Any]:
        if not self.token:
            return {}
        if not self.basic:
            return {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
        pair = base64.b64encode(f"{self.token}:".encode()).decode()
        return {"HTTP_AUTHORIZATION": f"Basic {pair}"}


def quiet_client() -> Client:
    """This will make a client that lets no fault pass as an exception and enforces CSRF."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    return client


def seat(principal: Principal) -> None:
    """This will open the principal's session; programs with tokens have none."""
    if principal.user and not principal.token:
        signed_in(principal.user, principal.client)


def cast(lands: Lands) -> dict[str, Principal]:
    """This will make everybody, with accounts, grants and tokens."""
    a, b = lands["a"].country, lands["b"].country
    people = [
        Principal("anonymous", "anonymous"),
        person("nobody", "stranger"),
        person("analyst everywhere", "reader", (Role.ANALYST, None), lands="abp"),
        person("analyst of a", "reader", (Role.ANALYST, a), lands="a"),
        person("coordinator of a", "recorder", (Role.COORDINATOR, a), lands="a"),
        person(
            "coordinator of a and b",
            "recorder",
            (Role.COORDINATOR, a),
            (Role.COORDINATOR, b),
            lands="ab",
        ),
        person("verifier of a", "verifier", (Role.VERIFIER, a), lands="a"),
        person("auditor", "reader", (Role.AUDITOR, None), lands="abp"),
        person("admin", "manager", (Role.ADMIN, None), lands="abp", is_staff=True),
        person("admin of a", "local", (Role.ADMIN, a), lands="a"),
        person("disabled", "anonymous", (Role.COORDINATOR, a), is_active=False),
        person("expired", "stranger", (Role.COORDINATOR, a)),
        person("revoked", "stranger", (Role.COORDINATOR, a)),
        *programs(a),
    ]
    everybody = {principal.name: principal for principal in people}
    for principal in people:
        seat(principal)
        if principal.user:
            # What is one's own says so, and is nobody else's.
            principal.things = own_things(principal.user, f"mine-{principal.user.username}")
    let_run_out(everybody["expired"])
    take_back(everybody["revoked"])
    for principal in people:
        principal.words, principal.numbers = forbidden(principal, lands)
    return everybody


def person(name: str, power: str, *roles: tuple[Role, Any], lands: str = "", **given: Any) -> Any:
    user = build.person(name.replace(" ", "-"), *roles, name=name, **given)
    return Principal(name, power, lands, user)


def programs(a: Any) -> list[Principal]:
    """This will make tokens: one of each scope, one in each spelling, and dead ones."""
    clerk = build.person("clerk", (Role.COORDINATOR, a), (Role.VERIFIER, a))
    chief = build.person("chief", (Role.ADMIN, None), (Role.COORDINATOR, None), is_staff=True)
    gone = build.person("gone", (Role.COORDINATOR, a), is_active=False)
    past = datetime.now(UTC) - timedelta(minutes=1)
    return [
        program("token to read", "viewer", clerk, TokenScope.READ, lands="a"),
        program("token to record", "clerk", clerk, TokenScope.RECORD, lands="a"),
        program("token to record, basic", "clerk", clerk, TokenScope.RECORD, lands="a", basic=True),
        program("token to manage", "chief", chief, TokenScope.MANAGE, lands="abp"),
        program("chief's token to record", "clerk", chief, TokenScope.RECORD, lands="abp"),
        program("token run out", "dead", clerk, TokenScope.RECORD, until=past),
        program("token taken back", "dead", clerk, TokenScope.RECORD, change=revoked),
        program("token of one who left", "dead", gone, TokenScope.RECORD),
    ]


def program(
    name: str,
    power: str,
    user: User,
    scope: TokenScope,
    *,
    lands: str = "",
    basic: bool = False,
    until: datetime | None = None,
    change: Callable[[ApiToken], None] | None = None,
) -> Principal:
    token, secret = create_token(user=user, name=name, scope=scope, expires_at=until)
    # Else every question would be the first of its day, and every reading one that wrote.
    note_token_use(token=token, at=datetime.now(UTC))
    if change:
        change(token)
    return Principal(name, power, lands, user, token=secret, basic=basic)


def revoked(token: ApiToken) -> None:
    revoke_token(token=token)


def let_run_out(principal: Principal) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    Grant.objects.filter(user=principal.user).update(until=past)


def take_back(principal: Principal) -> None:
    """This will let a person look at a page first, and take the grant back in mid-session."""
    assert principal.client.get("/shipments/new/").status_code == 200
    Grant.objects.filter(user=principal.user).delete()


def forbidden(principal: Principal, lands: Lands) -> tuple[frozenset[str], frozenset[str]]:
    """This will list the words and numbers that the principal must never read."""
    words: set[str] = set()
    numbers: set[str] = set()
    reduced = not principal.lands
    for letter, marks in WORLDS.items():
        if letter in principal.lands:
            continue
        words.add(marks.word)
        if not lands[letter].operation.public:
            words.add(f"{marks.operation}-".lower())
            words |= {marks.common} if reduced else set()
            numbers |= set(marks.numbers)
            continue
        open_numbers = {marks.sent, marks.received, marks.packages, marks.weight_kg}
        numbers |= set(marks.numbers) - {str(number) for number in open_numbers}
        words |= unpublished(lands[letter])
        if reduced:
            words |= {f"{marks.common}-depot", f"{marks.common}-hub", f"{marks.common} depot"}
            words.add(f"{marks.common} hub")
    return frozenset(words), frozenset(numbers)


def unpublished(land: Land) -> set[str]:
    """This will list the references and codes of a public operation that are not out yet."""
    published = {"sent"}
    hidden = {s.reference.lower() for name, s in land.shipments.items() if name not in published}
    return hidden | {land.events["late"].code.lower(), str(land.events["late"].key)}
