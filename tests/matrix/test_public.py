"""What readers without an account could learn from the questions that they may ask."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.drawing import drawn
from tests.matrix.canaries import found_in
from tests.matrix.cast import Principal
from tests.matrix.harness import Stage
from tests.matrix.oracles import masked
from tests.matrix.strictness import Told, send
from tests.matrix.test_matrix import nothing_wrong
from tests.matrix.test_strictness import documented

LISTS = (
    *("shipments", "deliveries", "lines", "reported-figures", "needs", "operations", "donors"),
    *("items", "totals"),
)
MEASURES = "sent_kg,received_kg,outstanding_kg,lines_without_weight"
NOT_FILTERS = {"limit", "offset", "cursor", "count", "format", "lang", "bom", "by", "measure"}
READERS = ("anonymous", "nobody", "coordinator of a")


def hidden_values(stage: Stage) -> dict[str, tuple[str, str]]:
    """This will pair what the public operation hides with the same kind of nothing."""
    land, names, nothing = stage.lands["p"], stage.names["p"], stage.nothing["p"]
    return {
        # Nearly the same, because searches find what resembles.
        "place": (names["hub"], f"{names['hub'][:-2]}AB"),
        "person": (land.omar.username, "no-such-person"),
        "waybill": (names["waybill"], "no-such-waybill"),
        "draft": (names["draft"], nothing["draft"]),
        "embargoed event": (names["event late"], nothing["event late"]),
    }


def blank(told: Told, value: str) -> str:
    text = masked(told.body.decode(), [])
    for spelling in (value, value.replace("-", ""), value.lower(), value.upper()):
        text = text.replace(spelling, "*")
    return text


def test_no_filter_tells_the_public_what_is_hidden(stage: Stage) -> None:
    who, said = stage.people["anonymous"], documented(stage)

    def found() -> Iterator[str]:
        for name in LISTS:
            path = f"/api/v1/{name}"
            asked = "by=unit&measure=sent&" if name == "totals" else ""
            plain = {name for name in said[path] if "__" not in name}
            for parameter in drawn(sorted(plain - NOT_FILTERS), 6):
                # Where only numbers, days or listed words are read, all texts are one refusal.
                most = 1 if is_closed(said[path][parameter]) else None
                for what, (hidden, missing) in [*hidden_values(stage).items()][:most]:
                    one = send(stage, who, "GET", f"{path}?{asked}{parameter}={hidden}")
                    other = send(stage, who, "GET", f"{path}?{asked}{parameter}={missing}")
                    same = one.status == other.status
                    if one.status == 200:
                        same = same and blank(one, hidden) == blank(other, missing)
                    if not same:
                        yield f"{path}?{parameter}= tells the {what}: {one.body[:200]!r}"

    nothing_wrong(found())


def is_closed(schema: dict[str, Any]) -> bool:
    """This will say whether a parameter reads none of the hidden values, whatever is kept."""
    told = schema.get("items", schema)
    typed = told["type"] in ("boolean", "integer") or told.get("format", "uuid") != "uuid"
    return typed or "enum" in told


def dimensions(stage: Stage) -> list[str]:
    told = send(stage, stage.people["admin"], "GET", "/api/v1/totals?by=nonsense&measure=sent")
    allowed: list[str] = json.loads(told.body)["errors"][0]["allowed"]
    return allowed


@pytest.mark.parametrize("name", READERS)
def test_totals_by_anything_hold_no_canary(stage: Stage, name: str) -> None:
    """A page and a file draw the table that JSON is: beside it each dimension is asked in one."""
    who = stage.people[name]

    def found() -> Iterator[str]:
        first = READERS.index(name)
        for turn, dimension in enumerate(drawn(dimensions(stage), 3, first), start=first):
            by = f"by={dimension}&measure={MEASURES}"
            other = (f"/api/v1/totals.csv?{by}&labels=both", f"/data/?{by}")[turn % 2]
            for path in (f"/api/v1/totals?{by}&labels=both", other):
                told = send(stage, who, "GET", path)
                yield from (f"{path}: {wrong}" for wrong in wrong_with(told, who))

    nothing_wrong(found())


def everybody_but(stage: Stage) -> list[Principal]:
    """This will list who signs in or sends a token that is alive."""
    return [who for who in stage.people.values() if who.power not in ("anonymous", "dead")]


def test_whoever_signs_in_sees_what_everybody_sees(stage: Stage) -> None:
    """At one list and the things by all; at the others, page or file, by one of each kind.

    The person's rights are put aside before a list is read, whoever it is.
    """
    public, names = stage.people["anonymous"], stage.names["p"]
    things = (f"shipments/{names['sent']}", f"deliveries/{names['event received']}")
    lists = [*lists_of(0), *lists_of(1)]

    def found() -> Iterator[str]:
        for who in drawn(everybody_but(stage), 4):
            for thing in things if "p" not in who.lands else ():
                if send(stage, who, "GET", f"/api/v1/{thing}").body != seen[thing]:
                    yield f"{who}: {thing} is another than the public's"
            turn = KINDS.index(who.name) if who.name in KINDS else None
            for name in lists[:1] if turn is None else lists_of(turn):
                told = send(stage, who, "GET", f"/api/v1/{name}?standpoint=public")
                if results(told) != results(seen_lists[name]):
                    yield f"{who}: {name} is another than the public's: {told.body[:200]!r}"

    seen = {thing: send(stage, public, "GET", f"/api/v1/{thing}").body for thing in things}
    seen_lists = {name: send(stage, public, "GET", f"/api/v1/{name}") for name in lists}
    for name in WITH_CODES:
        assert names["sent"].encode() in seen_lists[name].body, name
    nothing_wrong(found())


KINDS = ("nobody", "coordinator of a", "auditor", "admin", "token to record")
PUBLISHED = (
    *("shipments", "deliveries", "lines", "operations", "reported-figures", "needs", "coverage"),
    *("donors", "items", "snapshots"),
)


WITH_CODES = [f"{name}{end}" for name in PUBLISHED[:3] for end in ("", ".csv")]


def lists_of(turn: int) -> list[str]:
    """This will name each list once, in turn as a page and as a file."""
    return [f"{name}{('', '.csv')[(at + turn) % 2]}" for at, name in enumerate(PUBLISHED)]


def results(told: Told) -> object:
    if told.content_type != "application/json":
        return told.status, told.body
    return told.status, json.loads(told.body)["results"]


@pytest.mark.parametrize("path", ["/shipments/{sent}/", "/shipments/{}", "/lines/{}", "/search/{}"])
def test_pages_show_people_of_other_regions_what_everybody_sees(stage: Stage, path: str) -> None:
    public, names = stage.people["anonymous"], stage.names["p"]
    asked = path.format(f"?standpoint=public&q={names['donor']}", **names.things)
    if path.startswith("/lines"):
        asked = "/lines/?standpoint=public"
    for who in everybody_but(stage):
        # Whose grants are gone or have run out holds no role, as nobody does.
        if who.token or "p" in who.lands or who.name in ("expired", "revoked"):
            continue
        told = send(stage, who, "GET", asked)
        assert told.status == 200, who
        assert names["sent"].encode() in told.body, who
        assert found_in(told.body.decode(), public.words, public.numbers) == [], who


def test_what_is_not_published_yet_is_missing_for_people_of_other_regions(stage: Stage) -> None:
    who, names, nothing = stage.people["coordinator of a"], stage.names["p"], stage.nothing["p"]
    asked = (
        *("/shipments/{draft}/", "/shipments/{backdated}/", "/shipments/{sent}/deliver/"),
        *("/search/?q={draft}", "/search/?q={code of late}", "/deliveries/{event late}/correct/"),
        *("/api/v1/shipments/{draft}", "/api/v1/shipments/{fresh}"),
        *("/api/v1/deliveries/{event late}", "/shipments/{sent}/close/"),
    )
    for path in asked:
        one, other = (send(stage, who, "GET", path.format_map(n.things)) for n in (names, nothing))
        assert one.status == other.status == 404, path
        text = [masked(told.body.decode(), list(n.things.values())) for told, n in
                ((one, names), (other, nothing))]  # fmt: skip
        assert text[0] == text[1], path


def wrong_with(told: Told, who: Principal) -> Iterator[str]:
    if told.fault or told.status >= 500:
        yield f"fault {told.status} {told.fault}"
    if leaks := found_in(told.body.decode(), who.words, who.numbers):
        yield f"leaks {', '.join(leaks)}"
