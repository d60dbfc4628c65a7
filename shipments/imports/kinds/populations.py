"""Rows of population figures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions.models import Population, Region
from shipments.imports.kinds.loader import Fate, row_key, unsound
from shipments.imports.kinds.records import Records, wrong_columns
from shipments.imports.kinds.updating import restore_columns
from shipments.imports.targets import ImportKind
from shipments.imports.values import Reading
from shipments.models.imports import RowState

KINDS_OF_PEOPLE = ("displaced", "returned", "in_need", "resident")


def figure_key(kind: str, figure: Population) -> str:
    return f"{kind}|{figure.region_id}|{figure.counted_on}|{figure.source}"


class Populations(Records):
    """Population figures; a sheet may have one column for each kind of people."""

    model = Population
    kind = ImportKind.POPULATIONS
    creates = "populations"
    plain = ("counted_on", "households", "source", "url", "caution")
    foreign = {"region": Region}

    def code_of(self, reading: Reading) -> str:
        values = reading.values
        kinds = "+".join(sorted(self.figures(reading)))
        return f"{values['region']}|{values['counted_on']}|{kinds}|{values['source']}"

    def figures(self, reading: Reading) -> dict[str, int]:
        """This will list the kinds of people that the row counts."""
        values = reading.values
        figures = {kind: values[kind] for kind in KINDS_OF_PEOPLE if values.get(kind) is not None}
        if values.get("people") is not None:
            figures[values.get("kind") or "in_need"] = values["people"]
        return figures

    def there(self, codes: list[str]) -> dict[str, Any]:
        """This will find the figures of the places and days that the rows name."""
        named = [code.split("|", 2) for code in codes]
        found = Population.objects.filter(
            region__code__in={region for region, *_rest in named},
            counted_on__in={day for _region, day, _rest in named},
        )
        # The oldest one last, so that it is the one that is kept.
        return {figure_key(row.kind, row): row for row in found.order_by("-pk")}

    def settle(
        self,
        reading: Reading,
        code: str,
        there: dict[str, Any],
        seen: dict[str, tuple[int, dict[str, Any]]],  # noqa: ARG002
    ) -> "tuple[Fate, Any]":
        wanted = self.columns_of(reading)
        fate = Fate(reading.number, RowState.ALREADY_HERE, key=row_key("Population", code))
        new = []
        for kind, people in self.figures(reading).items():
            figure = Population(kind=kind, people=people, **wanted)
            row = there.get(figure_key(kind, figure))
            if row is None and (code, kind) not in self.records:
                try:
                    figure.clean_fields(exclude=self.foreign.keys() & wanted.keys())
                except ValidationError as error:
                    return wrong_columns(reading, error), None
                self.records[code, kind] = figure
                new.append(figure)
                fate.state = RowState.APPLIED
            elif row is None:
                if not self.agrees(reading, kind, self.records[code, kind].people, people):
                    return unsound(reading), None
            elif not self.settle_known(reading, fate, row, {"people": people, **wanted}):
                return fate, None
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return fate, new or None

    def settle_known(
        self, reading: Reading, fate: Fate, row: Population, said: dict[str, Any]
    ) -> bool:
        """This will compare a figure that is here, and say whether its row may go on."""
        state = fate.state
        there = len(fate.differences)
        reading.columns["people"] = reading.columns.get(row.kind) or reading.columns.get(
            "people", ""
        )
        self.compared(reading, fate, row, said)
        for one in fate.differences[there:]:
            # By these the figure is found again when the import is undone.
            one["kind"] = row.kind
        fate.record = str(row.pk)
        if fate.state == RowState.ALREADY_HERE:
            fate.state = state
        fate.problems = [problem.as_json(reading.number) for problem in reading.problems]
        return reading.is_sound

    def restore(self, fate: Fate) -> None:
        for kind in {one["kind"] for one in fate.differences}:
            figure = Population.objects.get(pk=fate.record)
            own = [one for one in fate.differences if one["kind"] == kind]
            restore_columns(
                Population.objects.get(
                    kind=kind, region=figure.region, counted_on=figure.counted_on,
                    source=figure.source,
                ),
                own,
            )  # fmt: skip

    def agrees(self, reading: Reading, kind: str, known: int, people: int) -> bool:
        """This will note a figure that another row gives for the same day, place and source."""
        if known == people:
            detail = _("Another row says the same; the figure is counted once.")
            reading.refuse("", "row_repeats_row", detail, severity="warning")
            return True
        detail = _("Another row has %(people)s for the same place, day and source.")
        reading.refuse(
            kind if kind in reading.columns else "people",
            "row_contradicts_row",
            detail % {"people": known},
        )
        return False

    def create(self, rows: list[Any]) -> None:
        Population.objects.bulk_create(figure for figures in rows for figure in figures)
