"""The matrix itself: which questions are asked, and what is wrong with their answers."""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import transaction

from tests.drawing import drawn
from tests.matrix.asking import Question, ask
from tests.matrix.bodies import BODIES
from tests.matrix.canaries import found_in
from tests.matrix.cast import Lands, Principal
from tests.matrix.names import Names, names_of, names_of_nothing
from tests.matrix.oracles import Ledger, comparable, has_written, text_of
from tests.matrix.policy import Row, fits

REFUSED = 400
FAULT = 500


class Faults(logging.Handler):
    """Keeps the last exception that a view did not foresee."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.last = repr(record.exc_info[1])

    def take(self) -> str:
        last, self.last = self.last, ""
        return last


@dataclass
class Stage:
    """The committed worlds, the cast, and the names that questions use."""

    lands: Lands
    people: dict[str, Principal]
    ledger: Ledger
    crossings: dict[str, str]
    faults: "Faults"

    def __post_init__(self) -> None:
        self.names = {letter: names_of(land) for letter, land in self.lands.items()}
        self.nothing = {letter: names_of_nothing(self.names[letter]) for letter in self.lands}

    def things(self, who: Principal) -> dict[str, Names]:
        """This will give the names of one's own things, of foreign ones and of none."""
        own = "a" if "a" in who.lands else "p"
        found = {"own": Names(self.names[own].things | who.things, own)}
        strange = [letter for letter in "bp" if letter not in who.lands and letter != own]
        if strange:
            found["foreign"] = self.names[strange[0]]
        return found | {"missing": self.nothing[strange[0] if strange else "b"]}


@dataclass
class Seen:
    """An answer with what was wrong with it; what it wrote was undone."""

    question: Question
    answer: Any
    findings: tuple[str, ...]

    @property
    def status(self) -> int:
        status: int = self.answer.status_code
        return status

    @cached_property
    def comparable(self) -> str:
        """This will write out the answer for comparing; few answers are compared."""
        return comparable(self.answer, self.question.named)


def look(stage: Stage, question: Question) -> Seen:
    """This will ask one question, undo what it wrote, and list everything wrong with it."""
    with transaction.atomic():
        answer = ask(question)
        text = text_of(answer)
        findings = [*wrong_with_answer(question, answer, text)]
        if (fault := stage.faults.take()) and answer.status_code != 503:
            findings.append(f"fault {fault}")
        if has_written():
            findings += wrong_with_writing(stage, question, answer.status_code)
        transaction.set_rollback(True)
    said = tuple(f"{question}: {finding}" for finding in findings)
    return Seen(question, answer, said)


def wrong_with_answer(question: Question, answer: Any, text: str) -> Iterator[str]:
    if answer.status_code >= FAULT and answer.status_code != 503:
        yield f"fault {answer.status_code}"
    elif question.expected and not fits(answer.status_code, question.expected):
        yield f"answered {answer.status_code}, the policy says {question.expected}"
    # What was asked for may be echoed; a canary in the question is not one in the answer.
    asked = f"{question.address} {question.body}".lower()
    words = frozenset(word for word in question.who.words if word not in asked)
    leaks = found_in(text, words, question.who.numbers)
    if leaks:
        yield f"leaks {', '.join(leaks)}"


def wrong_with_writing(stage: Stage, question: Question, status: int) -> Iterator[str]:
    changes = stage.ledger.changes()
    if not changes:
        return
    if question.verb in ("GET", "HEAD", "OPTIONS"):
        yield f"reading wrote {sorted(changes)[:3]}"
    elif status >= REFUSED or question.forged:
        yield f"a refused request wrote {sorted(changes)[:3]}"
    elif strange := stage.ledger.foreign(changes, question.who.lands):
        yield f"wrote into a foreign world: {strange[:3]}"


def questions(
    stage: Stage, rows: Iterable[Row], people: Iterable[Principal], *, one_in: int = 1
) -> Iterator[Question]:
    """This will list what people ask by every row: for own, foreign and missing things.

    Of the people, one in so many is drawn for each row, and others for the next.
    """
    everybody = list(people)
    for turn, row in enumerate(rows):
        for who in drawn(everybody, one_in, turn):
            yield from by_one(stage, row, who)


def by_one(stage: Stage, row: Row, who: Principal) -> Iterator[Question]:
    # A token opens no page: there its bearer is a reader without an account.
    asker = who if row.area == "api" or not who.token else bare(stage, who)
    for whose, names in stage.things(asker).items():
        # A refusal of everything is the same for every thing; one foreign thing stands for all.
        alike = row.expected(asker.power, "own") == row.expected(asker.power, "missing")
        if whose != "own" and (not row.at or (whose == "missing" and alike)):
            continue
        body = BODIES[row.body].valid(names) if row.body else None
        expected = row.expected(asker.power, whose)
        yield Question(row, asker, whose, names, body=body, expected=expected)
    yield from crossing(stage, row, asker)


def bare(stage: Stage, who: Principal) -> Principal:
    public = stage.people["anonymous"]
    return replace(who, power="anonymous", lands="", words=public.words, numbers=public.numbers)


def crossing(stage: Stage, row: Row, who: Principal) -> Iterator[Question]:
    """This will ask for shipments between the worlds, of which one may record one end."""
    if who.lands != "a" or who.power not in ("recorder", "clerk"):
        return
    for name, expected in row.also.items():
        reference = stage.crossings[name]
        things = {**stage.names["a"].things, **dict.fromkeys(row.at.values(), reference)}
        names = Names(things)
        body = BODIES[row.body].valid(names) if row.body else None
        yield Question(row, who, "own", names, body=body, expected=expected, variant=f"[{name}]")


def foreign_bodies(stage: Stage, row: Row, who: Principal) -> Iterator[tuple[Question, Question]]:
    """This will name foreign things inside bodies, each beside a missing one: both alike."""
    own = stage.things(who)
    if "foreign" not in own or row.expected(who.power, "own")[0] not in "23":
        return
    for label, swap in BODIES[row.body].swaps.items():
        pair = []
        for whose in ("foreign", "missing"):
            body = swap(BODIES[row.body].valid(own["own"]), own[whose])
            echoed = (name for name in own[whose].things.values() if len(name) > 2)
            pair.append(
                Question(
                    row,
                    who,
                    "own",
                    own["own"],
                    body=body,
                    expected="400",
                    variant=f"with {whose} {label}",
                    echoed=tuple(name for name in echoed if name in json.dumps(body)),
                )
            )
        yield pair[0], pair[1]


def reused_keys(stage: Stage, row: Row, who: Principal) -> Iterator[Question]:
    """This will send the key of a foreign event, and of one's own: both are merely used."""
    own = stage.things(who)
    if "foreign" not in own or row.expected(who.power, "own")[0] not in "23":
        return
    for whose in ("foreign", "own"):
        key = own[whose]["event received"]
        body = {**BODIES[row.body].valid(own["own"]), "key": key}
        yield Question(
            row,
            who,
            "own",
            own["own"],
            body=body,
            expected="422" if row.area == "api" else "400",
            variant=f"with a key used by {whose}",
            echoed=(key,),
        )


def empty_body(stage: Stage, row: Row, who: Principal) -> Iterator[Question]:
    if row.expected(who.power, "own")[0] in "23":
        own = stage.things(who)["own"]
        empty: Any = {}
        yield Question(row, who, "own", own, body=empty, expected=row.refused, variant="empty")


def findings(stage: Stage, asked: Iterable[Question]) -> Iterator[str]:
    """This will ask, and list what is wrong; foreign things must look like missing ones."""
    foreign: dict[tuple[tuple[str, str], str], Seen] = {}
    for question in asked:
        seen = look(stage, question)
        yield from seen.findings
        about = (question.row.key, question.who.name)
        if question.whose == "foreign" and seen.status in (404, 302):
            foreign[about] = seen
        twin = foreign.get(about)
        if question.whose == "missing" and twin and twin.comparable != seen.comparable:
            yield f"{question}: foreign and missing differ: {difference(twin, seen)}"


def difference(one: Seen, other: Seen) -> str:
    pairs = zip(one.comparable.split("\n"), other.comparable.split("\n"), strict=False)
    return next((f"{a.strip()!r} / {b.strip()!r}" for a, b in pairs if a != b), "length")
