"""Words in a spreadsheet to the codes they stand for: names in any script, aliases, choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from regions.models import Destination, PlaceName, Region
from regions.models.places import DestinationKind
from regions.models.population import PopulationKind
from shipments.imports.targets import TARGETS, ImportKind, Target, ValueType
from shipments.models import Category, Donor, Item, Operation, Shipment, TransportDocument
from shipments.models.catalogue import DonorKind
from shipments.models.fields import Unit
from shipments.models.ledger import EventKind, Outcome
from shipments.models.shipments import Mode, WeightBasis
from text.check_digits import parse_reference
from text.folding import fold
from text.languages import LANGUAGE_CODES

CLOSE = 0.75
MOST_OFFERED = 300
# Choices of the targets that have a closed list, by kind of sheet and target.
CHOICES = {
    (ImportKind.PACKING_LIST, "mode"): Mode,
    (ImportKind.PACKING_LIST, "weight_basis"): WeightBasis,
    (ImportKind.DELIVERIES, "kind"): EventKind,
    (ImportKind.DELIVERIES, "outcome"): Outcome,
    (ImportKind.DESTINATIONS, "kind"): DestinationKind,
    (ImportKind.DONORS, "kind"): DonorKind,
    (ImportKind.POPULATIONS, "kind"): PopulationKind,
}


@dataclass(frozen=True)
class Meaning:
    """What a word stands for: a code, or nothing yet with a suggestion and its reason."""

    code: str | None
    suggestion: str = ""
    reason: str = ""


class Vocabulary:
    """Everything that words of one import may stand for, read once and looked up by fold."""

    def __init__(self, kind: ImportKind, by: User, chosen: dict[str, dict[str, str]]) -> None:
        self.kind, self.by, self.chosen = kind, by, chosen
        self.lists: dict[str, dict[str, set[str]]] = {}
        self.shipments: dict[str, Meaning] = {}
        self.names: dict[str, dict[str, str]] = {}

    def meaning(self, target: str, value_type: ValueType, text: str) -> Meaning:
        """This will say what a word stands for as a value of a target."""
        folded = fold(text)
        chosen = self.chosen.get(target, {}).get(folded)
        if chosen is not None:
            return Meaning(chosen or None, reason="chosen")
        if value_type is ValueType.SHIPMENT:
            return self.shipment(text)
        known = self.list_for(target, value_type)
        codes = known.get(folded) or known.get(text.strip().casefold()) or set()
        if len(codes) == 1:
            return Meaning(next(iter(codes)))
        if codes:
            return Meaning(None, min(codes), _("Several have this name."))
        near = get_close_matches(folded, known, n=1, cutoff=CLOSE)
        if near:
            suggestion = min(known[near[0]])
            name = self.name_of(target, suggestion)
            return Meaning(None, suggestion, _("It resembles “%(name)s”.") % {"name": name})
        return Meaning(None)

    def name_of(self, target: str, code: str) -> str:
        """This will name a code as the lists do that a person chooses from."""
        if target not in self.names:
            said = next(one for one in TARGETS[self.kind] if one.name == target)
            self.names[target] = dict(offered(self.kind, said, self.by))
        return self.names[target].get(code, code)

    def list_for(self, target: str, value_type: ValueType) -> dict[str, set[str]]:
        """This will return folded names to codes for a target's values."""
        name = target if value_type is ValueType.CHOICE else value_type.value
        if name not in self.lists:
            self.lists[name] = self.read_list(target, value_type)
        return self.lists[name]

    def read_list(self, target: str, value_type: ValueType) -> dict[str, set[str]]:
        match value_type:
            case ValueType.DONOR:
                return named(Donor.objects.visible_to(self.by).current())
            case ValueType.ITEM:
                return named(Item.objects.visible_to(self.by).current())
            case ValueType.CATEGORY:
                rows = Category.objects.visible_to(self.by).values_list("code", "name", "names")
                return gathered(
                    (fold(word), code)
                    for code, name, names in rows
                    for word in (code, name, *names.values())
                )
            case ValueType.PLACE:
                places = Destination.objects.visible_to(self.by).current()
                return merged(named(places), also_named("destination"))
            case ValueType.REGION:
                return merged(named(Region.objects.visible_to(self.by)), also_named("region"))
            case ValueType.CODE if target == "operation":
                return named(Operation.objects.visible_to(self.by))
            case ValueType.CHOICE:
                return choices_of(CHOICES[self.kind, target].choices)
            case _:
                return {}

    def shipment(self, text: str) -> Meaning:
        """This will find a shipment by its reference, or by the number of one of its papers."""
        if text not in self.shipments:
            self.shipments[text] = self.look_up_shipment(text)
        return self.shipments[text]

    def learn_shipments(self, texts: Iterable[str]) -> None:
        """This will look up many references at once; what is no reference is left for later."""
        canonical = {text: parse_reference(text).canonical for text in texts}
        asked = {reference for reference in canonical.values() if reference}
        visible = Shipment.objects.visible_to(self.by).filter(reference__in=asked)
        found = set(visible.order_by().values_list("reference", flat=True)) if asked else set()
        self.shipments |= {
            text: Meaning(reference if reference in found else None)
            for text, reference in canonical.items()
            if reference
        }

    def look_up_shipment(self, text: str) -> Meaning:
        read = parse_reference(text)
        visible = Shipment.objects.visible_to(self.by)
        if read.canonical:
            found = visible.filter(reference=read.canonical).exists()
            return Meaning(read.canonical if found else None)
        if read.proposed:
            there = visible.filter(reference__in=read.proposed)
            near = there.values_list("reference", flat=True).first()
            return Meaning(None, near or "", _("The check digit is wrong.") if near else "")
        papers = TransportDocument.objects.filter(shipment__in=visible, folded=fold(text))
        references = set(papers.values_list("shipment__reference", flat=True)[:2])
        return Meaning(references.pop() if len(references) == 1 else None)


def offered(kind: ImportKind, target: Target, by: User) -> list[tuple[str, str]]:
    """This will list what a target may be, as codes and names; nothing where anything may."""
    if (kind, target.name) in CHOICES:
        return [(value, str(label)) for value, label in CHOICES[kind, target.name].choices]
    rows: QuerySet[Any]
    match target.type:
        case ValueType.UNIT:
            return [(value, str(label)) for value, label in Unit.choices]
        case ValueType.DONOR:
            rows = Donor.objects.visible_to(by).current()
        case ValueType.ITEM:
            rows = Item.objects.visible_to(by).current()
        case ValueType.CATEGORY:
            rows = Category.objects.visible_to(by)
        case ValueType.PLACE:
            rows = Destination.objects.visible_to(by).current()
        case ValueType.REGION:
            rows = Region.objects.visible_to(by)
        case ValueType.CODE if target.name == "operation":
            rows = Operation.objects.visible_to(by)
        case _:
            return []
    return list(rows.order_by("name", "code").values_list("code", "name")[:MOST_OFFERED])


def named(rows: "QuerySet[Donor] | QuerySet[Item] | QuerySet[Destination] | QuerySet[Region]"
          " | QuerySet[Operation]") -> dict[str, set[str]]:  # fmt: skip
    """This will list the folded names of rows, each with the codes it may mean."""
    found = rows.order_by().values_list("code", "folded")
    return merged(
        gathered((name, code) for code, folded in found for name in folded.split("\n")),
        gathered((code.casefold(), code) for code, _folded in found),
    )


def also_named(place: str) -> dict[str, set[str]]:
    names = PlaceName.objects.filter(**{f"{place}__isnull": False})
    return gathered(names.values_list("folded", f"{place}__code"))


def choices_of(choices: Iterable[tuple[str, object]]) -> dict[str, set[str]]:
    """This will list the values of a closed list with their words in every language."""
    pairs = [(fold(value), value) for value, _label in choices]
    for language in LANGUAGE_CODES:
        with override(language):
            pairs += [(fold(str(label)), value) for value, label in choices]
    return gathered(pairs)


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word, code in pairs:
        if word:
            found.setdefault(word, set()).add(code)
    return found


def merged(*lists: dict[str, set[str]]) -> dict[str, set[str]]:
    return gathered((word, code) for known in lists for word in known for code in known[word])
