"""What the page of an import shows: how it was read, what is to match, to fix, to decide."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from accounts.models import User
from shipments.imports.reading.decoding import SHOWN
from shipments.imports.review import changes_of, problems_of, shown
from shipments.imports.runs import saved_mappings
from shipments.imports.runs.checking import zone_of
from shipments.imports.targets import TARGETS, ImportKind, is_kept, missing_targets
from shipments.imports.vocabulary import CHOICES, offered
from shipments.imports.words import target_name
from shipments.models import ImportRun, Shipment
from shipments.models.imports import TAKEN_BACK, ImportStatus, RowState

CERTAIN = 0.85
MOST_PROBLEMS, MOST_CHANGES, MOST_LINKED = 60, 60, 20
# Problems of rows that are listed for a decision.
DECIDED = {"delivery_changed", "record_changed", "shipment_changed"}
# Rows whose facts stand.
STANDING = (RowState.APPLIED, RowState.KEPT)
DELIMITERS = (
    (",", gettext_lazy("comma")),
    (";", gettext_lazy("semicolon")),
    ("\t", gettext_lazy("tab")),
    ("|", gettext_lazy("bar")),
)
NOUNS = {
    "shipments": ngettext_lazy("shipment", "shipments", "count"),
    "lines": ngettext_lazy("line", "lines", "count"),
    "events": ngettext_lazy("event", "events", "count"),
    "donors": ngettext_lazy("donor", "donors", "count"),
    "items": ngettext_lazy("item", "items", "count"),
    "destinations": ngettext_lazy("destination", "destinations", "count"),
    "populations": ngettext_lazy("population figure", "population figures", "count"),
    "replaced": ngettext_lazy("row replaced what was here", "rows replaced what was here", "count"),
}
ENCODINGS = tuple(SHOWN.values())
ORDERS = (
    ("dmy", gettext_lazy("31-12-2020: the day first")),
    ("mdy", gettext_lazy("12-31-2020: the month first")),
    ("ymd", gettext_lazy("2020-12-31: the year first")),
)
# Few enough to choose from a list rather than to type.
CLOSED = {"operation", "unit"}


def counted(run: ImportRun) -> list[tuple[str, int, str]]:
    """This will list how many rows became what, in words; what is nothing is left out."""
    names = {state: str(name) for state, name in RowState.choices}
    counts = {state: run.counts.get(state, 0) for state in RowState.values}
    decided = counts[RowState.CHANGED] - run.rows.undecided().count()
    counts[RowState.CHANGED] -= decided
    rows = [(names[state], count, state) for state, count in counts.items()]
    rows.append((gettext("changed since; decided"), decided, "decided"))
    rows.append((gettext("taken back"), run.counts.get(TAKEN_BACK, 0), TAKEN_BACK))
    return [row for row in rows if row[1]]


def matching(run: ImportRun, by: User) -> dict[str, Any]:
    """This will lay out the columns, what is still missing, and the words nobody knows."""
    kind = ImportKind(run.kind)
    targets = [(target.name, target_name(target.name)) for target in TARGETS[kind]]
    given = {target for target in run.mapping.values() if target} | run.constants.keys()
    missing = [name.split("|")[0] for name in missing_targets(kind, given)]
    words = [word for word in run.values if word["found"]]
    asks = not run.date_order and asks_order(run)
    free = [(name, label) for name, label in targets if name not in given]
    constants = [*run.constants, *(name for name in missing if name not in run.constants)]
    columns = columns_of(run, kind)
    return {
        "columns": columns,
        "recognised": [column for column in columns if column["recognised"]],
        "unsure": [column for column in columns if not column["recognised"]],
        "has_blanks": any(c.get("blanks") and c["samples"] for c in run.columns),
        "match_first": bool(missing or words or asks),
        "targets": targets,
        "free": free,
        "constants": [constant(run, kind, name) for name in constants],
        "offers": offers(run, by, {*constants, *(word["target"] for word in words)}),
        "missing": [target_name(name) for name in missing],
        "words": [
            {**word, "place": place, "label": target_name(word["target"])}
            for place, word in enumerate(run.values)
            if word["found"]
        ],
        "asks_order": asks,
        "orders": ORDERS,
        "saved": saved_mappings(run.kind, by),
        "not_kept": not_kept(run),
    }


def columns_of(run: ImportRun, kind: ImportKind) -> list[dict[str, Any]]:
    """This will lay out what each column is; what was recognised need not be looked at first."""
    return [
        {
            **column,
            "chosen": run.mapping.get(column["column"], ""),
            "kept": is_kept(kind, run.mapping.get(column["column"], "")),
            "recognised": is_recognised(column, run.mapping.get(column["column"], "")),
            "as_above": column["column"] in run.as_above,
            # A column without any value has nothing to take from above.
            "may_be_above": bool(column.get("blanks") and column["samples"]),
        }
        for column in run.columns
    ]


def is_recognised(column: dict[str, Any], chosen: str) -> bool:
    """This will tell a column that a title, a hashtag or its person says to be what it is."""
    as_proposed = chosen == (column["target"] or "")
    if not as_proposed:
        return bool(chosen)
    return bool(column["confidence"] >= CERTAIN)


def not_kept(run: ImportRun) -> list[str]:
    """This will name the columns that are read, and of which nothing is recorded."""
    kind = ImportKind(run.kind)
    return [
        f"{column['header'] or target_name(run.mapping[column['column']])} ({column['column']})"
        for column in run.columns
        if not is_kept(kind, run.mapping.get(column["column"], ""))
    ]


def constant(run: ImportRun, kind: ImportKind, name: str) -> dict[str, Any]:
    """This will lay out a value for all rows; one of a short closed list is chosen from it."""
    return {
        "name": name,
        "label": target_name(name),
        "value": run.constants.get(name, ""),
        "closed": (kind, name) in CHOICES or name in CLOSED,
    }


def offers(run: ImportRun, by: User, names: set[str]) -> list[dict[str, Any]]:
    """This will list the codes that can be chosen for each of the targets named."""
    kind = ImportKind(run.kind)
    chosen = [target for target in TARGETS[kind] if target.name in names]
    return [
        {"target": target.name, "options": options}
        for target in chosen
        if (options := offered(kind, target, by))
    ]


def asks_order(run: ImportRun) -> bool:
    """This will say whether day and month could be either way round in the file's dates."""
    return run.rows.filter(problems__contains=[{"code": "ambiguous_date"}]).exists()


def reviewed(run: ImportRun) -> dict[str, Any]:
    """This will lay out what is wrong, what differs from what is here, and what can go in."""
    undecided = run.rows.undecided().count()
    waits, words = run.status == ImportStatus.CHECKED, {word["found"] for word in run.values}
    zone = zone_of(run)
    changes = [shown(change, zone) for change in changes_of(run, MOST_CHANGES)]
    return {
        # Unknown words and differences are listed once, with the choice that is to be made.
        "problems": [
            problem
            for problem in problems_of(run, MOST_PROBLEMS)
            if problem["code"] not in DECIDED
            and not (waits and problem["code"].startswith("unknown_") and problem["value"] in words)
        ],
        "more_problems": run.rows.exclude(problems=[]).count() > MOST_PROBLEMS,
        "changes": changes,
        "more_changes": run.rows.exclude(differences=[]).count() > MOST_CHANGES,
        "blanks_missing": waits and wrong_blanks(run),
        "may_replace": any(change["replaceable"] for change in changes),
        "undecided": undecided,
        "to_fix": run.counts.get("error", 0),
        "to_import": run.rows.waiting().count(),
        "left_over": run.status == ImportStatus.FAILED
        and run.rows.filter(state=RowState.APPLIED).exists(),
    }


def wrong_blanks(run: ImportRun) -> bool:
    """This will say whether rows need values where blanks may mean “as above”."""
    needed = run.rows.filter(problems__contains=[{"code": "required", "value": ""}])
    return not run.as_above and needed.exists()


def made(run: ImportRun) -> dict[str, Any]:
    """This will lay out what an import created, with links to the shipments it is about."""
    named = [(NOUNS[noun] % {"count": n}, n) for noun, n in run.created.items() if n]
    own = run.rows.filter(state__in=STANDING)
    about = Shipment.objects.filter(
        Q(pk__in=own.filter(shipment__isnull=False).values("shipment"))
        | Q(pk__in=own.filter(event__isnull=False).values("event__shipment"))
    )
    return {
        "created": named,
        "shipments": list(
            about.visible_to(run.sender)
            .distinct()
            .order_by("reference")
            .values_list("reference", flat=True)[:MOST_LINKED]
        ),
    }
