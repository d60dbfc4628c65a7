"""Turns Natural Earth's admin-1 areas into the small files that come with the program."""

import csv
import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from regions.boundaries import FOLDER
from regions.boundaries.topology import Polygon, roomiest_point, signed_area, simplified

SCRIPTS = {"ARMENIAN": "hy", "CYRILLIC": "ru"}


class Command(BaseCommand):
    help = (
        "Simplify GeoJSON admin-1 areas of neighbouring countries together and write one file "
        "per country. keys.csv says which code and name each source area gets."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE.geojson")
        parser.add_argument("--into", type=Path, default=FOLDER)
        parser.add_argument("--tolerance", type=float, default=1.5e-4)

    def handle(self, *args: Any, **options: Any) -> None:
        keys = read_keys(FOLDER / "keys.csv")
        features = [
            feature
            for source in options["sources"]
            for feature in json.loads(source.read_text("utf-8"))["features"]
        ]
        unknown = [code for code in map(source_code, features) if code not in keys]
        if unknown:
            raise CommandError(f"Add these areas to keys.csv: {', '.join(unknown)}.")
        areas = simplified(
            {source_code(feature): polygons(feature) for feature in features},
            tolerance=options["tolerance"],
        )
        countries: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for feature in features:
            code = source_code(feature)
            countries[code[:3].lower()].append(described(feature, keys[code], areas[code]))
        for country, described_areas in countries.items():
            target = options["into"] / f"{country}.geojson"
            write(target, sorted(described_areas, key=lambda feature: feature["id"]))
            self.stdout.write(f"{target}: {len(described_areas)} areas.")


def read_keys(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["source_code"]: row for row in csv.DictReader(lines)}


def source_code(feature: dict[str, Any]) -> str:
    return str(feature["properties"]["adm1_code"])


def polygons(feature: dict[str, Any]) -> list[Any]:
    geometry = feature["geometry"]
    single = geometry["type"] == "Polygon"
    return [geometry["coordinates"]] if single else list(geometry["coordinates"])


def described(feature: dict[str, Any], key: dict[str, str], area: list[Polygon]) -> dict[str, Any]:
    largest = max(area, key=lambda polygon: signed_area(polygon[0]))
    single = len(area) == 1
    return {
        "type": "Feature",
        "id": key["code"],
        "properties": {
            "code": key["code"],
            "name": key["name"],
            "names": local_names(feature["properties"].get("name_local")),
            "hasc": key["hasc"] or None,
            "source_code": key["source_code"],
            "centre": roomiest_point(largest),
        },
        "geometry": {
            "type": "Polygon" if single else "MultiPolygon",
            "coordinates": area[0] if single else area,
        },
    }


def local_names(text: str | None) -> dict[str, str]:
    """Return the names in a field such as "Լոռի|Лори" by the language of their script."""
    names = {}
    for name in (text or "").split("|"):
        script = unicodedata.name(name[0]).split()[0] if name else ""
        if script in SCRIPTS:
            names[SCRIPTS[script]] = name
    return names


def write(target: Path, features: list[dict[str, Any]]) -> None:
    """Write one feature a line, so that a difference shows which area changed."""
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    target.write_text(
        f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8"
    )
