"""What is not understood is refused with a sentence: never ignored, never a fault."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.drawing import drawn
from tests.matrix.asking import Question
from tests.matrix.bodies import BODIES
from tests.matrix.cast import Principal
from tests.matrix.harness import Stage
from tests.matrix.policy import Row
from tests.matrix.strictness import (
    HARMLESS,
    HEAVY_BODIES,
    HOSTILE_BODIES,
    HOSTILE_FIELDS,
    HOSTILE_MEMBERS,
    HOSTILE_NAMES,
    HOSTILE_VALUES,
    Told,
    hostile_queries,
    send,
)
from tests.matrix.table import POLICY
from tests.matrix.test_matrix import nothing_wrong

# Django's own forms, and what takes no JSON.
OTHERS_BODIES = ("upload", "nothing", "language", "wrong log-in", "password", "log-in")
LISTS = [row for row in POLICY.values() if row.area == "api" and row.files]


def senders(area: str) -> list[Row]:
    return [
        row
        for row in POLICY.values()
        if row.area == area and row.body and row.body not in OTHERS_BODIES and not row.path
    ]


def may_most(stage: Stage, row: Row) -> Principal:
    """This will find one whom the row lets act, so that the body is what is refused."""
    for name in ("coordinator of a", "admin"):
        if row.expected(stage.people[name].power, "own")[0] in "23":
            return stage.people[name]
    raise AssertionError(row)


def address(stage: Stage, row: Row, who: Principal) -> str:
    return Question(row, who, "own", stage.things(who)["own"]).address


def documented(stage: Stage) -> dict[str, dict[str, Any]]:
    """This will read the query parameters of the API's description: address to name to schema."""
    answer = send(stage, stage.people["anonymous"], "GET", "/api/schema/")
    paths = json.loads(answer.body)["paths"]
    return {
        path: {
            p["name"]: p["schema"] for p in said["get"].get("parameters", []) if p["in"] == "query"
        }
        for path, said in paths.items()
        if "get" in said
    }


def allowed_by(told: Told) -> list[str]:
    names: list[str] = json.loads(told.body)["errors"][0]["allowed"]
    return names


def test_the_parameters_accepted_are_the_parameters_documented(stage: Stage) -> None:
    who, said = stage.people["analyst everywhere"], documented(stage)
    wrong = []
    for row in LISTS:
        path = address(stage, row, who).partition("?")[0]
        told = send(stage, who, "GET", f"{path}?no_such_parameter=1")
        as_file = send(stage, who, "GET", f"{path}.csv?no_such_parameter=1")
        allowed = {name for each in (told, as_file) for name in allowed_by(each)}
        differs = allowed ^ set(said.get(path, ()))
        if told.status != 400 or differs:
            wrong.append(f"{path}: {sorted(differs)}")
    nothing_wrong(wrong)


def test_hostile_queries_are_refused_by_every_list(stage: Stage) -> None:
    who, said = stage.people["analyst everywhere"], documented(stage)

    def found() -> Iterator[str]:
        for turn, row in enumerate(LISTS):
            path, _mark, own = address(stage, row, who).partition("?")
            parameters = sorted(set(said[path]) - {"by", "measure"})
            for query, refused in hostile_queries(parameters, turn):
                told = send(
                    stage, who, "GET", f"{path}?{own}&{query}" if own else f"{path}?{query}"
                )
                for wrong in told.wrong(api=True, refused=refused):
                    yield f"{path}?{query[:80]}: {wrong}"

    nothing_wrong(found())


def test_hostile_bodies_are_refused_by_every_address_that_takes_one(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for turn, row in enumerate(senders("api")):
            who = may_most(stage, row)
            heavy = HEAVY_BODIES if row.name == "api:deliveries" else ()
            for name, body, content_type in (*own_turn(HOSTILE_BODIES, turn), *heavy):
                told = send(stage, who, row.method, address(stage, row, who), body, content_type)
                for wrong in told.wrong(api=True, refused=name not in HARMLESS):
                    yield f"{row.name} {row.method} {name}: {wrong}"

    nothing_wrong(found())


def own_turn(
    bodies: tuple[tuple[str, bytes, str], ...], turn: int
) -> Iterator[tuple[str, bytes, str]]:
    """This will draw of what each address reads itself, and fewer of what one parser reads.

    That a body is JSON at all, and of this type, is said before any view looks at it.
    """
    yield from drawn((body for body in bodies if body[0] in READ_BY_VIEWS), 4, turn)
    yield from drawn((body for body in bodies if body[0] not in READ_BY_VIEWS), 18, turn)


READ_BY_VIEWS = ("nothing", "null", "text", "number", "list", "no type", "form")


def test_members_of_the_wrong_type_are_refused_or_understood(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for turn, row in enumerate(senders("api")):
            who = may_most(stage, row)
            for label, body in spoiled(BODIES[row.body].valid(stage.things(who)["own"]), turn):
                data = json.dumps(body).encode()
                path = address(stage, row, who)
                told = send(stage, who, row.method, path, data, "application/json")
                for wrong in told.wrong(api=True, refused=False):
                    yield f"{row.name} {row.method} {label}: {wrong}"

    nothing_wrong(found())


def spoiled(valid: dict[str, Any], turn: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """This will put wrong values into one member after the other.

    The same readers read the members of all bodies, so that each of them meets every value.
    """
    for at, name in drawn(enumerate(valid, start=turn), 2, turn):
        for value in drawn(HOSTILE_MEMBERS, 9, at):
            yield f"{name}={str(value)[:12]!r}", {**valid, name: value}
    yield "an unknown member", {**valid, "recorded_by__password": "a"}


def test_hostile_fields_are_refused_by_every_form(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for turn, row in enumerate(senders("page")):
            who = may_most(stage, row)
            valid = BODIES[row.body].valid(stage.things(who)["own"])
            for at, name in drawn(enumerate(valid, start=turn), 2, turn):
                # Each field meets others in test_hostile_requests.
                for value in drawn(HOSTILE_FIELDS, 9, at):
                    data = urlencode({**valid, name: value}).encode()
                    path = address(stage, row, who)
                    told = send(stage, who, "POST", path, data, "application/x-www-form-urlencoded")
                    for wrong in told.wrong(api=False, refused=False):
                        yield f"{row.name} {name}={value[:12]!r}: {wrong}"

    nothing_wrong(found())


LISTED = ("/shipments/", "/lines/")
PARAMETERS = ("/search/?q", "/shipments/?donor", "/choices/item/?q", "/lines/?before")


def test_hostile_queries_are_answered_by_pages_with_a_sentence(stage: Stage) -> None:
    who = stage.people["coordinator of a"]
    asked = [
        *(f"{LISTED[at % 2]}?{name}=a" for at, name in enumerate(HOSTILE_NAMES)),
        # All pages get such values in test_hostile_requests.
        *(
            f"{path}={value if '%' in value else urlencode({'': value})[1:]}"
            for turn, path in enumerate(PARAMETERS)
            for value in drawn(HOSTILE_VALUES, 4, turn)
        ),
        *("/shipments/%00/", "/shipments/%ff/", f"/shipments/{'9' * 2000}/", "/w/%00"),
        *(
            "/deliveries/new/?shipment=%00",
            "/deliveries/new/?shipment=a/b",
            "/deliveries/new/?words=%00",
            "/choices/x/?q=a",
        ),
        f"/accounts/login/?next={'x' * 5000}",
    ]

    def found() -> Iterator[str]:
        for path in asked:
            told = send(stage, who, "GET", path)
            refused = any(f"?{name}=" in path for name in HOSTILE_NAMES)
            for wrong in told.wrong(api=False, refused=refused):
                yield f"{path[:90]}: {wrong}"

    nothing_wrong(found())
