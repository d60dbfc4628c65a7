"""Which rows of a file are checked together, so that each part is short and shows progress."""

from collections.abc import Iterator

from django.db import connection

from shipments.imports.reading.references import column_index
from shipments.imports.targets import ImportKind
from shipments.models import ImportRun
from shipments.models.imports import RowState
from text.folding import fold

PART = 1000
SETTLED = (RowState.TOTALS, RowState.BLANK)
# Rows that share one of these draw on the same balance or make the same event.
TOGETHER = {
    ImportKind.DELIVERIES: ("shipment", "key"),
    ImportKind.PACKING_LIST: ("shipment", "waybill"),
}
WORDS = """
SELECT number, coalesce(fixes ->> %(letter)s, filled ->> %(letter)s, cells ->> %(at)s)
FROM shipments_importrow WHERE run_id = %(run)s AND NOT state = ANY (%(settled)s)
ORDER BY number
"""


def parts_of(run: ImportRun) -> list[list[int]]:
    """This will part the numbers of a run's rows; what belongs together stays in one part.

    Reference records may name each other, so that a file of them is one part.
    """
    rows = run.rows.exclude(state__in=SETTLED).order_by("number")
    numbers = list(rows.values_list("number", flat=True))
    if run.kind not in TOGETHER:
        return [numbers]
    parts: list[list[int]] = [[]]
    for group in groups_of(run, numbers):
        if len(parts[-1]) >= PART:
            parts.append([])
        parts[-1] += group
    return [sorted(part) for part in parts]


def groups_of(run: ImportRun, numbers: list[int]) -> list[list[int]]:
    """This will gather rows that share a word, directly or by way of another row."""
    above: dict[object, object] = {number: number for number in numbers}

    def root(one: object) -> object:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for name in TOGETHER[ImportKind(run.kind)]:
        for number, word in words_of(run, name):
            above.setdefault((name, word), (name, word))
            above[root((name, word))] = root(number)
    groups: dict[object, list[int]] = {}
    for number in numbers:
        groups.setdefault(root(number), []).append(number)
    return list(groups.values())


def words_of(run: ImportRun, target: str) -> Iterator[tuple[int, str]]:
    """This will give what rows say in the columns of a target, folded, or in its constant."""
    folded: dict[str, str] = {}
    constant = run.constants.get(target, "")
    for letter in [letter for letter, said in run.mapping.items() if said == target]:
        with connection.cursor() as cursor:
            said = {"letter": letter, "at": column_index(letter), "run": run.pk}
            cursor.execute(WORDS, said | {"settled": [str(state) for state in SETTLED]})
            rows = cursor.fetchall()
        for number, text in rows:
            word = text or constant
            if word not in folded:
                folded[word] = fold(word).replace(" ", "")
            if folded[word]:
                yield number, folded[word]
