"""The step that checks a file: a dry run over all rows, with every problem at its cell."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shipments.imports.filling import fill_from_above, filled_cells
from shipments.imports.kinds import LOADERS
from shipments.imports.kinds.loader import Fate
from shipments.imports.reading.references import column_index
from shipments.imports.runs.parts import parts_of
from shipments.imports.targets import (
    TARGETS,
    ImportKind,
    ValueType,
    missing_targets,
    target_names,
)
from shipments.imports.units import UnitMatch, match_unit
from shipments.imports.values import RowReader
from shipments.imports.vocabulary import Vocabulary
from shipments.models import ImportRun, Operation, RememberedChoice
from shipments.models.imports import TAKEN_BACK, ImportStatus, ImportStep, RowState
from shipments.querysets import ImportRowQuerySet
from text.dates import detect_date_order
from text.numbers import Separator

DATED = (ValueType.DATE, ValueType.MOMENT, ValueType.EXPIRY)
LEASE = timedelta(minutes=2)
MACHINE_KEY = re.compile(r"[a-z][a-z0-9_]*")
SAVED_AT_ONCE = 5000
SAID = ("number", "cells", "filled", "fixes", "decision")
SAVE_FATES = """
UPDATE shipments_importrow AS r
SET state = f.state, problems = f.problems, key = f.key, event_id = f.event_id,
    shipment_id = f.shipment_id, record = f.record, differences = f.differences
FROM unnest(%s::integer[], %s::text[], %s::jsonb[], %s::uuid[], %s::bigint[], %s::bigint[],
    %s::text[], %s::jsonb[])
    AS f (number, state, problems, key, event_id, shipment_id, record, differences)
WHERE r.run_id = %s AND r.number = f.number
"""


def check_rows(run: ImportRun, at: datetime) -> bool:
    """This will say of every row what an import would make of it, and write no fact."""
    kind = ImportKind(run.kind)
    given = {target for target in run.mapping.values() if target} | run.constants.keys()
    missing = missing_targets(kind, given)
    if not missing and not check_all(run, kind, at):
        return False
    with transaction.atomic():
        if not held(run, ImportStep.CHECK):
            return False
        if missing:
            run.status = ImportStatus.NEEDS_MAPPING
            run.values = [{"target": name, "found": "", "rows": 0, "suggestion": "",
                           "reason": "missing"} for name in missing]  # fmt: skip
        else:
            run.status = ImportStatus.CHECKED
            run.counts = run.counts | counts_of(run)
        run.step, run.rows_done = "", 0
        run.save()
    return False


def held(run: ImportRun, step: str) -> ImportRun | None:
    """This will lock a run as it is now, if it is still at this step and with this worker."""
    now: ImportRun = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    return now if now.lease_until == run.lease_until and now.step == step else None


def check_all(run: ImportRun, kind: ImportKind, at: datetime) -> bool:
    """This will check all rows part by part; False when the run is no longer this worker's."""
    started, words = monotonic(), Counter[tuple[str, str, str, str]]()
    if not run.date_order:
        run.date_order = date_order_of(run, kind)
    note_separators(run, kind)
    fill_from_above(run)
    reader = reader_for(run, at)
    parts = parts_of(run)
    run.rows_total, run.rows_done = sum(map(len, parts)), 0
    for part in parts:
        rows = run.rows.filter(number__in=part).order_by("number")
        readings = reader.read_all(said_in(rows))
        fates = LOADERS[kind](run.sender, at).check(readings)
        for reading in readings:
            words.update(set(reading.unknown))
        with transaction.atomic():
            if not held(run, ImportStep.CHECK):
                return False
            save_fates(run, fates)
            # A long check takes longer than a lease, so each part renews it.
            run.lease_until = at + timedelta(seconds=monotonic() - started) + LEASE
            run.rows_done += len(part)
            run.save(update_fields=["lease_until", "rows_done", "rows_total"])
    run.values = unknown_words(words)
    return True


def reader_for(run: ImportRun, at: datetime) -> RowReader:
    """This will make the reader of a run's rows, with all that its sender chose."""
    kind = ImportKind(run.kind)
    zone = "UTC" if has_keys_as_titles(run) else zone_of(run)
    return RowReader(
        kind=kind,
        mapping={letter: target for letter, target in run.mapping.items() if target},
        constants=run.constants,
        vocabulary=Vocabulary(kind, run.sender, chosen_words(run)),
        zone=zone,
        today=at.date(),
        date_order=run.date_order,
        header_units=units_in_headers(run),
        separators={c["column"]: c["separator"] for c in run.columns if c.get("separator")},
        reason=reason_of(run),
    )


DECIMAL_SIGN = """
SELECT bool_or(cells ->> %s ~ '^[^.,]*[.][0-9]{1,2}$'),
    bool_or(cells ->> %s ~ '^[^.,]*,[0-9]{1,2}$')
FROM shipments_importrow WHERE run_id = %s
"""


def note_separators(run: ImportRun, kind: ImportKind) -> None:
    """This will note each column's decimal sign with it, so that no chunk looks for it again."""
    found = separators_of(run, kind)
    run.columns = [{**c, "separator": found.get(c["column"], "")} for c in run.columns]


def separators_of(run: ImportRun, kind: ImportKind) -> dict[str, Separator]:
    """This will find each number column's decimal sign, where its own figures show just one.

    12.5 shows a point; 1.250 alone shows nothing.
    """
    types = {target.name: target.type for target in TARGETS[kind]}
    found: dict[str, Separator] = {}
    written_by_program = has_keys_as_titles(run)
    for letter, target in run.mapping.items():
        if types.get(target) is not ValueType.NUMBER:
            continue
        if written_by_program:
            found[letter] = "."
            continue
        at = column_index(letter)
        with connection.cursor() as cursor:
            cursor.execute(DECIMAL_SIGN, [at, at, run.pk])
            point, comma = cursor.fetchone() or (False, False)
        if bool(point) != bool(comma):
            found[letter] = "." if point else ","
    return found


def has_keys_as_titles(run: ImportRun) -> bool:
    """This will tell a file that a program wrote, as ours does: points in figures, and UTC.

    Every title is a key such as unit_weight_kg, and one of several words is a target's name.
    """
    titles = {column["header"] for column in run.columns}
    own = {name for name in target_names(ImportKind(run.kind)) if "_" in name}
    return bool(titles & own) and all(MACHINE_KEY.fullmatch(title) for title in titles)


def reason_of(run: ImportRun) -> str:
    """This will say why rows replace what is there: in the person's words, or by the file."""
    return run.reason or _("The sheet “%(name)s” says so.") % {"name": run.file_name[:100]}


def zone_of(run: ImportRun) -> str:
    """This will find the time zone that moments without one are in: the operation's, if known."""
    operations = Operation.objects.visible_to(run.sender)
    code = run.constants.get("operation")
    zones = set(
        (operations.filter(code=code) if code else operations).values_list("time_zone", flat=True)
    )
    return zones.pop() if len(zones) == 1 else run.sender.time_zone


def chosen_words(run: ImportRun) -> dict[str, dict[str, str]]:
    chosen: dict[str, dict[str, str]] = {}
    remembered = RememberedChoice.objects.filter(sender=run.sender, kind=run.kind)
    for target, found, code in remembered.exclude(target="column").values_list(
        "target", "found", "chosen"
    ):
        chosen.setdefault(target, {})[found] = code
    for target, words in run.choices.items():
        chosen.setdefault(target, {}).update(words)
    return chosen


def units_in_headers(run: ImportRun) -> dict[str, UnitMatch]:
    found = {c["column"]: match_unit(c["unit"]) for c in run.columns if c.get("unit")}
    return {column: unit for column, unit in found.items() if unit}


def date_order_of(run: ImportRun, kind: ImportKind) -> str:
    """This will find the order of day and month in the file's own dates, if they show it."""
    types = {target.name: target.type for target in TARGETS[kind]}
    samples = [
        sample
        for column in run.columns
        if types.get(run.mapping.get(column["column"], "")) in DATED
        for sample in column["samples"]
    ]
    found = detect_date_order(samples)
    return found.order or ""


def said_in(rows: ImportRowQuerySet) -> Iterator[tuple[int, list[Any], dict[str, str], str]]:
    """This will give rows to a reader: number, cells as filled from above, fixes, decision."""
    for number, cells, filled, fixes, decision in rows.values_list(*SAID).iterator(chunk_size=2000):
        yield number, filled_cells(cells, filled), fixes, decision


def save_fates(run: ImportRun, fates: list[Fate]) -> None:
    """This will write what becomes of rows, thousands in a statement."""
    for start in range(0, len(fates), SAVED_AT_ONCE):
        part = fates[start : start + SAVED_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                SAVE_FATES,
                [
                    [f.number for f in part],
                    [str(f.state) for f in part],
                    [json.dumps(f.problems) if f.problems else "[]" for f in part],
                    [f.key for f in part],
                    [f.event_id for f in part],
                    [f.shipment_id for f in part],
                    [f.record for f in part],
                    [json.dumps(f.differences) if f.differences else "[]" for f in part],
                    run.pk,
                ],
            )


def unknown_words(rows: "Counter[tuple[str, str, str, str]]") -> list[dict[str, Any]]:
    """This will list each word nobody knows once, with its rows and what it may stand for."""
    return [
        {"target": t, "found": found, "rows": count, "suggestion": suggestion, "reason": reason}
        for (t, found, suggestion, reason), count in rows.most_common()
    ]


def counts_of(run: ImportRun, taken_back: int = 0) -> dict[str, int]:
    """This will count the rows by what became of them, those that were taken back apart."""
    counted = run.rows.counted()
    # Blank rows are counted when the file is read; they have no rows of ours.
    counts = {s: counted.get(s, 0) for s in RowState.values if s != RowState.BLANK}
    counts[RowState.REJECTED] -= taken_back
    return counts | {TAKEN_BACK: taken_back}
