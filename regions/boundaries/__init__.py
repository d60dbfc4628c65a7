"""Simplified outlines of administrative areas, read from the files in this folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from regions.boundaries.topology import Point, Polygon

FOLDER = Path(__file__).parent

# Stands under every map and travels in every file that holds places.
NOTE = _(
    "Boundaries and names are used to show where aid went. "
    "They express no opinion on the status of any area or its borders."
)

# Pairs of countries (ISO 3166) whose common border was not agreed between them, and is drawn
# dashed. See SOURCES.md for the reason.
DISPUTED = frozenset({frozenset({"AM", "AZ"})})


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of one area: ISO 3166-2 code, name, a point well inside, closed rings."""

    code: str
    name: str
    centre: Point
    polygons: tuple[Polygon, ...]

    @property
    def country(self) -> str:
        return self.code[:2]


@cache
def shapes(country: str) -> Mapping[str, Shape]:
    """Return the outlines of a country (ISO 3166 alpha-3, any case) by code, empty when unknown."""
    path = FOLDER / f"{country.lower()}.geojson"
    if path not in FOLDER.glob("*.geojson"):
        return MappingProxyType({})
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return MappingProxyType({feature["id"]: shape(feature) for feature in features})


@cache
def all_shapes() -> Mapping[str, Shape]:
    """Return the outlines of every country there is a file for, by code."""
    files = sorted(FOLDER.glob("*.geojson"))
    return MappingProxyType(
        {code: found for file in files for code, found in shapes(file.stem).items()}
    )


def shape(feature: dict[str, Any]) -> Shape:
    geometry = feature["geometry"]
    single = geometry["type"] == "Polygon"
    found = [geometry["coordinates"]] if single else geometry["coordinates"]
    properties = feature["properties"]
    return Shape(
        code=properties["code"],
        name=properties["name"],
        centre=(properties["centre"][0], properties["centre"][1]),
        polygons=tuple(
            tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in found
        ),
    )
