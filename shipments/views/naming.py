"""What things are called on a page: in the reader's language, places with their other name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language

from regions.models import Destination, PlaceName, Region
from text.folding import fold

if TYPE_CHECKING:
    from shipments.models import Operation
    from shipments.views.readers import Reader

Place = Destination | Region


def other_language() -> str:
    """This will give the reader's language, or "" for the one in which names are stored."""
    language = (get_language() or "").partition("-")[0]
    return "" if language == settings.LANGUAGE_CODE else language


def named(thing: Any) -> str:
    """This will name a donor, item, category or operation in the reader's language."""
    name: str = thing.names.get(other_language()) or thing.name
    return name


def current(thing: Any) -> Any:
    """This will follow a donor, an item or a place that was merged, as a form has to offer it."""
    return thing.merged_into or thing


def place_label(place: Destination) -> str:
    """This will name a place with its region, so that two of one name can be told apart."""
    return f"{own_name(place)}, {own_name(place.region)}"


def own_name(place: Place) -> str:
    language = other_language()
    names = place.place_names.all() if language else ()
    return next((name.text for name in names if name.language == language), place.name)


def open_places(reader: "Reader") -> Any:
    """This will find the places that a person may choose from, with the names to show."""
    places = Destination.objects.visible_to(reader.user).current().select_related("region")
    if other_language():
        return places.prefetch_related("place_names", "region__place_names")
    return places


def spoken(name: str) -> str:
    """This will fold the proper part of a name: that of "Goris, hub" and of "Գորիս, կենտրոն"."""
    return fold(re.split("[,،]", name)[0])


@dataclass
class PlaceNames:
    """The names of the places on one page, read at once.

    A reader who sees only regions is given the region's name wherever a place is asked for, so
    that no page can show more by mistake.
    """

    reduced: bool
    order: tuple[str, ...] = ()
    known: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)

    @classmethod
    def on_page(
        cls,
        places: Iterable[Place | None],
        *,
        reduced: bool,
        operation: "Operation | None" = None,
    ) -> "PlaceNames":
        """This will read the names of all places of a page in one query."""
        page = cls(reduced, tuple(operation.name_order) if operation else ())
        shown = {page.shown(place) for place in places if place is not None}
        ids = {
            kind: [place.pk for place in shown if isinstance(place, kind)]
            for kind in (Destination, Region)
        }
        names = PlaceName.objects.for_places(ids[Destination], place="destination")
        names = names | PlaceName.objects.for_places(ids[Region], place="region")
        for name in names.order_by("pk"):
            key = ("d", name.destination_id) if name.destination_id else ("r", name.region_id)
            page.known.setdefault(key, {}).setdefault(name.language, name.text)
        return page

    def shown(self, place: Place) -> Place:
        return place.region if self.reduced and isinstance(place, Destination) else place

    def name(self, place: Place | None) -> str:
        """This will name a place once."""
        if place is None:
            return ""
        place = self.shown(place)
        return self.names_of(place).get(other_language()) or place.name

    def both(self, place: Place | None) -> str:
        """This will name a place with its other name, as the first mention on a page does."""
        if place is None:
            return ""
        first, place = self.name(place), self.shown(place)
        names = self.names_of(place)
        others = [names[language] for language in self.order if language in names]
        # The same name in another script tells a reader nothing new.
        other = next((n for n in (*others, place.name) if spoken(n) != spoken(first)), "")
        return f"{first} / {other}" if other else first

    def names_of(self, place: Place) -> dict[str, str]:
        return self.known.get(("d" if isinstance(place, Destination) else "r", place.pk), {})
