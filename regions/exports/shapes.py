"""Regions and destinations on the map, as RFC 7946 GeoJSON geometries."""

import json
from functools import cache
from pathlib import Path
from typing import Any

BOUNDARIES = Path(__file__).resolve().parent.parent / "boundaries"


@cache
def boundary_shapes() -> dict[str, Any]:
    """This will read the simplified outlines that come with the program, by their key."""
    shapes: dict[str, Any] = {}
    for path in sorted(BOUNDARIES.glob("*.geojson")):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            shapes[str(feature.get("id") or feature["properties"]["code"])] = feature["geometry"]
    return shapes


def outline_of(row: dict[str, Any]) -> Any:
    """This will give the outline of a region, None where the program has none."""
    shapes = boundary_shapes()
    return shapes.get(row["boundary"]) or shapes.get(row["code"])


def point_of(row: dict[str, Any]) -> Any:
    """This will give the point of a destination, None where the reader may not see it."""
    if row["longitude"] is None or row["latitude"] is None:
        return None
    return {"type": "Point", "coordinates": [float(row["longitude"]), float(row["latitude"])]}
