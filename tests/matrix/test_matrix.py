"""The matrix: everybody at every address, by every method, for own, foreign and missing things."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from tests.drawing import drawn
from tests.matrix.asking import Question
from tests.matrix.cast import Principal
from tests.matrix.harness import (
    Stage,
    difference,
    empty_body,
    findings,
    foreign_bodies,
    look,
    questions,
    reused_keys,
)
from tests.matrix.policy import METHODS, Row
from tests.matrix.table import POLICY
from tests.matrix.walking import addresses

# Who stands for the others where a question is about addresses and formats, not about people.
TWO = ("anonymous", "coordinator of a")
# Who is asked everywhere. Who was disabled, or holds no grant any more, is nobody with a role
# before any view runs: one look at the person and the grants decides that for all addresses.
SEATED = (
    *("anonymous", "nobody", "analyst of a", "coordinator of a", "coordinator of a and b"),
    *("admin", "admin of a"),
)
# What is wrong with a token is found before any view runs, too, so one dead token stands for all.
CALLING = (
    *("anonymous", "nobody", "analyst of a", "coordinator of a", "verifier of a"),
    *("admin", "admin of a", "token to read", "token to record, basic", "token to manage"),
    "token run out",
)
RECORDING = "token to record, basic"
# Where the rest is asked too: of pages a list, a detail and a form; of the API a list, a detail
# and what records.
EVERYBODY = ("shipment-list", "shipment", "shipment-new")
EVERYBODY_CALLS = ("api:lines", "api:delivery", "api:deliveries")
# No token opens a page, so one stands for all.
ON_PAGES = "token to record"
# All but admins are shut out alike; one who is admin of a region alone would like to be let in.
BACKSTAGE = ("anonymous", "admin of a", "admin")
# The same door again, so each of these knocks at every sixth list.
OUTSIDE = (*("coordinator of a", "auditor", "revoked", "disabled", "token to manage", "nobody"),)
MOST_SHOWN = 60


def rows(*areas: str, reading: bool | None = None) -> list[Row]:
    return [
        row
        for row in POLICY.values()
        if row.area in areas and reading in (None, row.method == "GET")
    ]


def people(stage: Stage, names: Iterable[str] = ()) -> list[Principal]:
    return [stage.people[name] for name in names] if names else list(stage.people.values())


def nothing_wrong(found: Iterable[str]) -> None:
    wrong = list(dict.fromkeys(found))
    assert not wrong, f"{len(wrong)} findings:\n" + "\n".join(wrong[:MOST_SHOWN])


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "sending"])
def test_everybody_meets_the_policy_on_every_page(stage: Stage, reading: bool) -> None:
    some = rows("page", reading=reading)
    nothing_wrong(findings(stage, questions(stage, some, people(stage, SEATED), one_in=8)))


@pytest.mark.parametrize("area", ["page", "api"])
def test_everybody_else_meets_the_policy_at_some_addresses(stage: Stage, area: str) -> None:
    names, asked_already = {"page": (EVERYBODY, SEATED), "api": (EVERYBODY_CALLS, CALLING)}[area]
    others = [
        who
        for name, who in stage.people.items()
        if name not in asked_already and (area == "api" or not who.token or name == ON_PAGES)
    ]
    some = [row for row in POLICY.values() if row.name in names]
    nothing_wrong(findings(stage, questions(stage, some, others, one_in=6)))


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "sending"])
def test_everybody_meets_the_policy_at_every_address_of_the_api(
    stage: Stage, reading: bool
) -> None:
    some = rows("api", reading=reading)
    # A scope cuts what may be done and never what is seen: to read, one token is the other.
    names = [name for name in CALLING if not (reading and name == RECORDING)]
    nothing_wrong(findings(stage, questions(stage, some, people(stage, names), one_in=8)))


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "sending"])
def test_everybody_meets_the_policy_backstage(stage: Stage, reading: bool) -> None:
    some = rows("admin", reading=reading)
    asked = (
        question
        for question in questions(stage, some, people(stage, BACKSTAGE), one_in=3)
        if question.whose == "own" or question.who.power == "manager"
    )
    nothing_wrong(findings(stage, asked))


def test_all_others_are_shut_out_backstage(stage: Stage) -> None:
    lists = [row for row in rows("admin", reading=True) if not row.at]
    asked = (
        question
        for turn, row in enumerate(lists)
        for question in questions(stage, [row], people(stage, OUTSIDE[turn % 6 :: 6]))
    )
    nothing_wrong(findings(stage, asked))


def test_files_hold_no_more_than_lists(stage: Stage) -> None:
    asked = (
        replace(question, file=file)
        for turn, row in enumerate(rows("api", reading=True))
        for question in questions(stage, [row], people(stage, TWO))
        for file in drawn(row.files, 4, turn)
        if question.whose == "own"
    )
    nothing_wrong(findings(stage, asked))


def test_fragments_hold_no_more_than_pages(stage: Stage) -> None:
    """No view draws fragments yet, so one person stands for all until one does."""
    some = drawn(rows("page", reading=True), 3)
    asked = questions(stage, some, people(stage, ["coordinator of a"]))
    nothing_wrong(findings(stage, (replace(question, fragment=True) for question in asked)))


def test_head_and_options_write_and_leak_nothing(stage: Stage) -> None:
    """HEAD runs what GET does, and that was asked by everybody: so by one person alone."""
    some = rows("page", "api", reading=True)
    asked = (
        replace(question, method=method, expected="")
        for question in questions(stage, some, people(stage, TWO), one_in=2)
        for method in ("HEAD", "OPTIONS")
        if question.whose != "missing" and (method == "OPTIONS" or question.who.name != "anonymous")
    )
    nothing_wrong(findings(stage, asked))


def test_every_spelling_of_an_address_leads_to_the_same_view(stage: Stage) -> None:
    """One view with the same arguments answers alike, so a list, a thing and a verb are asked."""
    by_name = {address.name: address for address in addresses()}
    spelled = [address for address in by_name.values() if address.name.endswith("-slash")]
    assert spelled
    for address in spelled:
        plain = by_name[address.name.removesuffix("-slash")]
        assert (address.view, address.arguments) == (plain.view, plain.arguments), address
        assert address.route == f"{plain.route}/"
    some = [row for row in rows("api") if row.name in SPELLED]
    asked = (
        replace(question, spelling="-slash")
        for question in questions(stage, some, people(stage, TWO))
    )
    nothing_wrong(findings(stage, asked))


SPELLED = ("api:lines", "api:delivery", "api:shipment-plan")


def test_what_no_row_names_is_not_done(stage: Stage) -> None:
    """Other methods answer 405 to those who may most, and write nothing for anybody."""

    def asked() -> Iterator[Question]:
        for turn, row in enumerate(rows("page", "api", reading=None)):
            named = {method for name, method in POLICY if name == row.name}
            if row.method != min(named) or row.path:
                continue
            for question in questions(stage, [row], drawn(people(stage, MIGHTY), 2, turn)):
                for method in METHODS:
                    if method not in named | {"HEAD", "OPTIONS"} and question.whose == "own":
                        lenient = question.row.name in LENIENT or question.who.token
                        expected = "405" if not lenient else "405|200|302|401|403"
                        yield replace(question, method=method, expected=expected, body=None)

    nothing_wrong(findings(stage, asked()))


MIGHTY = ("coordinator of a", "token to manage")
# Django's own views, which answer other methods as they answer GET or POST.
LENIENT = ("set_language", "login", "logout", "password-change", "password-set")


def test_empty_bodies_are_refused(stage: Stage) -> None:
    asked = (
        question
        for turn, row in enumerate(rows("page", "api", reading=False))
        if row.body
        for who in drawn(people(stage, MIGHTY if row.area == "api" else MIGHTY[:1]), 2, turn)
        for question in empty_body(stage, row, who)
    )
    nothing_wrong(findings(stage, asked))


def test_foreign_things_in_bodies_are_as_unknown_as_missing_ones(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for row in rows("page", "api", reading=False):
            for who in people(stage, ("coordinator of a", "token to record")):
                if not row.body or (who.token and row.area != "api"):
                    continue
                for foreign, missing in foreign_bodies(stage, row, who):
                    one, other = look(stage, foreign), look(stage, missing)
                    yield from (*one.findings, *other.findings)
                    if one.comparable != other.comparable:
                        yield f"{foreign}: differs from missing: {difference(one, other)}"

    nothing_wrong(found())


def test_used_keys_say_nothing_of_what_they_were_used_for(stage: Stage) -> None:
    def found() -> Iterator[str]:
        for row in rows("page", "api", reading=False):
            for who in people(stage, ("coordinator of a", "token to record")):
                if row.body not in KEYED or (who.token and row.area != "api"):
                    continue
                seen = [look(stage, question) for question in reused_keys(stage, row, who)]
                yield from (finding for one in seen for finding in one.findings)
                if len({one.comparable for one in seen}) > 1:
                    yield f"{row.key} {who}: {difference(*seen)}"

    nothing_wrong(found())


KEYED = ("step", "step typed", "delivery", "delivery typed", "reversal", "weights")


def test_nothing_is_done_without_a_csrf_token(stage: Stage) -> None:
    """Everywhere by one whom only that stops; others are asked by the address, where it is open."""
    sending = [row for row in rows("page", "api", "admin", reading=False) if not row.path]
    asked = (
        replace(question, forged=True, expected="403")
        for row in sending
        for question in questions(stage, [row], senders_of(stage, row))
        if question.whose == "own"
    )
    nothing_wrong(findings(stage, asked))


def senders_of(stage: Stage, row: Row) -> list[Principal]:
    seated = people(stage, ("coordinator of a", "admin", "nobody"))
    if row.name in (*EVERYBODY, *EVERYBODY_CALLS, "admin:login"):
        return seated
    able = (who for who in seated if row.expected(who.power, "own")[0] in "23")
    return [next(able, seated[0])]
