"""The matrix: everybody at every address, by every method, for own, foreign and missing things."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

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
# No token opens a page, so one stands for all; behind the scenes all but admins are alike.
SEATED = (
    *("anonymous", "nobody", "analyst of a", "coordinator of a", "coordinator of a and b"),
    *("admin", "admin of a", "disabled", "revoked", "token to record"),
)
CALLING = (
    *("anonymous", "nobody", "analyst of a", "coordinator of a", "verifier of a"),
    *("admin", "admin of a", "token to read", "token to record, basic", "token to manage"),
    *("token run out", "token taken back"),
)
# Where the rest is asked too: a page and a list, a detail, a form, a delivery.
EVERYBODY = ("shipment-list", "shipment", "shipment-new", "api:lines", "api:delivery")
# All but admins are shut out alike; one who is admin of a region alone would like to be let in.
BACKSTAGE = ("anonymous", "admin of a", "admin")
OUTSIDE = ("coordinator of a", "auditor", "revoked", "token to manage")
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


def test_everybody_meets_the_policy_on_every_page(stage: Stage) -> None:
    nothing_wrong(findings(stage, questions(stage, rows("page"), people(stage, SEATED))))


def test_everybody_else_meets_the_policy_at_some_addresses(stage: Stage) -> None:
    some = [row for row in POLICY.values() if row.name in (*EVERYBODY, "api:deliveries")]
    others = set(stage.people) - (set(SEATED) & set(CALLING))
    nothing_wrong(findings(stage, questions(stage, some, people(stage, sorted(others)))))


def test_everybody_meets_the_policy_at_every_address_of_the_api(stage: Stage) -> None:
    nothing_wrong(findings(stage, questions(stage, rows("api"), people(stage, CALLING))))


def test_everybody_meets_the_policy_backstage(stage: Stage) -> None:
    lists = [row for row in rows("admin", reading=True) if not row.at]
    asked = (
        question
        for some, names in ((rows("admin"), BACKSTAGE), (lists, OUTSIDE))
        for question in questions(stage, some, people(stage, names))
        if question.whose == "own" or question.who.power == "manager"
    )
    nothing_wrong(findings(stage, asked))


def test_files_hold_no_more_than_lists(stage: Stage) -> None:
    asked = (
        replace(question, file=file)
        for row in rows("api", reading=True)
        for question in questions(stage, [row], people(stage, TWO))
        for file in row.files
        if question.whose == "own"
    )
    nothing_wrong(findings(stage, asked))


def test_fragments_hold_no_more_than_pages(stage: Stage) -> None:
    asked = questions(stage, rows("page", reading=True), people(stage, TWO))
    nothing_wrong(findings(stage, (replace(question, fragment=True) for question in asked)))


def test_head_and_options_write_and_leak_nothing(stage: Stage) -> None:
    asked = (
        replace(question, method=method, expected="")
        for question in questions(stage, rows("page", "api", reading=True), people(stage, TWO))
        for method in ("HEAD", "OPTIONS")
        if question.whose != "missing"
    )
    nothing_wrong(findings(stage, asked))


def test_every_spelling_of_an_address_follows_its_policy(stage: Stage) -> None:
    spellings = {a.name.removeprefix(a.policy): a.policy for a in addresses()}
    assert "-slash" in spellings
    names = {address.name for address in addresses()}
    asked = (
        replace(question, spelling="-slash")
        for question in questions(stage, rows("api"), people(stage, TWO))
        if f"{question.row.name}-slash" in names and question.whose == "own"
    )
    nothing_wrong(findings(stage, asked))


def test_what_no_row_names_is_not_done(stage: Stage) -> None:
    """Other methods answer 405 to those who may most, and write nothing for anybody."""

    def asked() -> Iterator[Question]:
        for row in rows("page", "api", reading=None):
            named = {method for name, method in POLICY if name == row.name}
            if row.method != min(named) or row.path:
                continue
            for question in questions(stage, [row], people(stage, MIGHTY)):
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
        for row in rows("page", "api", reading=False)
        if row.body
        for who in people(stage, ("coordinator of a", "token to manage"))
        if row.area == "api" or not who.token
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
    sending = rows("page", "api", "admin", reading=False)
    seated = ("nobody", "coordinator of a", "admin")
    asked = (
        replace(question, forged=True, expected="403")
        for question in questions(stage, sending, people(stage, seated))
        if question.whose == "own" and not question.row.path
    )
    nothing_wrong(findings(stage, asked))
