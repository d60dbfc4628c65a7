"""The outlines that come with the program fit together and say what they are."""

import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from regions.boundaries import FOLDER, Shape, all_shapes, shapes
from regions.boundaries.topology import Line, contains, signed_area, simplified

COUNTRIES = {"aze": 78, "arm": 11}
# Rounded outwards from the sources: west, south, east, north.
BOX = (43.4, 38.3, 50.7, 42.0)


def features(country: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (FOLDER / f"{country}.geojson").read_text(encoding="utf-8")
    )["features"]
    return found


def rings(shape: Shape) -> list[tuple[bool, Line]]:
    return [(index == 0, ring) for polygon in shape.polygons for index, ring in enumerate(polygon)]


def everything() -> list[tuple[str, bool, Line]]:
    return [
        (code, exterior, ring)
        for code, shape in all_shapes().items()
        for exterior, ring in rings(shape)
    ]


@pytest.mark.parametrize(("country", "count"), COUNTRIES.items())
def test_a_country_has_all_its_areas(country: str, count: int) -> None:
    assert len(shapes(country)) == count
    assert shapes(country.upper()) == shapes(country)


@pytest.mark.parametrize("country", ["geo", "", "../arm", "keys"])
def test_a_country_without_a_file_has_no_outlines(country: str) -> None:
    assert shapes(country) == {}


def test_codes_are_those_of_iso_3166_2_and_none_is_used_twice() -> None:
    codes = [feature["id"] for country in COUNTRIES for feature in features(country)]
    assert len(set(codes)) == sum(COUNTRIES.values())
    assert {code[:3] for code in codes} == {"AZ-", "AM-"}
    hasc = [
        feature["properties"]["hasc"]
        for country in COUNTRIES
        for feature in features(country)
        if feature["properties"]["hasc"]
    ]
    assert max(Counter(hasc).values()) == 1


def test_the_mislabelled_area_got_its_own_name_back() -> None:
    lachin, shusha = all_shapes()["AZ-LAC"], all_shapes()["AZ-SUS"]
    assert (lachin.name, shusha.name) == ("Laçın", "Şuşa")
    assert lachin.centre[0] < 46.74, "It lies in the west, not at the Caspian Sea."


def test_two_scripts_in_one_name_became_two_names() -> None:
    lori = next(feature for feature in features("arm") if feature["id"] == "AM-LO")
    assert lori["properties"]["names"] == {"hy": "Լոռի", "ru": "Лори"}


def test_rings_are_closed_and_wind_as_geojson_wants_them() -> None:
    for code, exterior, ring in everything():
        assert ring[0] == ring[-1], code
        assert len(ring) >= 4, code
        assert (signed_area(ring[:-1]) > 0) == exterior, code


def test_coordinates_lie_in_their_countries_and_have_four_decimals_at_most() -> None:
    west, south, east, north = BOX
    for code, _, ring in everything():
        for x, y in ring:
            assert west < x < east, code
            assert south < y < north, code
            assert (round(x, 4), round(y, 4)) == (x, y), code


def test_neighbours_share_each_border_point_by_point() -> None:
    sides = Counter((one, other) for _, _, ring in everything() for one, other in pairwise(ring))
    assert max(sides.values()) == 1, "Two areas lie on the same side of one border."
    shared = [edge for edge in sides if edge[::-1] in sides]
    assert len(shared) / len(sides) > 0.6


def test_the_border_between_the_countries_fits_too() -> None:
    edges = {
        country: {
            edge
            for shape in shapes(country).values()
            for _, ring in rings(shape)
            for edge in pairwise(ring)
        }
        for country in COUNTRIES
    }
    common = [edge for edge in edges["arm"] if edge[::-1] in edges["aze"]]
    assert len(common) > 60


def test_no_ring_crosses_itself() -> None:
    for code, _, ring in everything():
        edges = list(pairwise(ring))
        for index, one in enumerate(edges):
            for other in edges[index + 1 :]:
                assert not cross(one, other), code


def test_the_mark_of_an_area_lies_inside_it_and_in_no_hole() -> None:
    for code, shape in all_shapes().items():
        assert any(contains(polygon, shape.centre) for polygon in shape.polygons), code


def test_the_files_stay_small() -> None:
    size = sum(
        len(gzip.compress((FOLDER / f"{country}.geojson").read_bytes(), 9)) for country in COUNTRIES
    )
    assert size <= 24 * 1024


def test_the_sources_are_named_beside_the_files() -> None:
    named = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for file in FOLDER.glob("*.*json"):
        assert f"`{file.name}`" in named
    assert "public domain" in named


def test_thinning_keeps_two_squares_together_and_their_hole_open() -> None:
    areas: dict[str, list[list[list[list[float]]]]] = {
        "west": [[[[0, 0], [0, 2], [1, 2], [1.01, 1], [1, 0], [0, 0]]]],
        "east": [[[[1, 0], [1.01, 1], [1, 2], [2, 2], [2, 0], [1, 0]], HOLE]],
        "town": [[HOLE]],
    }
    thinned = simplified(areas, tolerance=0.001)
    (west,), (east, hole) = thinned["west"][0], thinned["east"][0]
    assert set(west) & set(east) >= {(1.0, 0.0), (1.0, 2.0)}
    assert set(thinned["town"][0][0]) == set(hole)
    assert signed_area(east[:-1]) > 0 > signed_area(hole[:-1])


def test_an_area_without_a_key_stops_the_command(tmp_path: Path) -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    source = tmp_path / "some.geojson"
    area = {
        "type": "Feature",
        "properties": {"adm1_code": "XXX-1"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    source.write_text(json.dumps({"features": [area]}), encoding="utf-8")
    with pytest.raises(CommandError, match="XXX-1"):
        call_command("simplify_boundaries", source, into=tmp_path)


def test_the_command_writes_one_file_a_country(tmp_path: Path) -> None:
    source = tmp_path / "some.geojson"
    clockwise = [[44, 40], [44, 41], [45, 41], [45, 40], [44, 40]]
    area = {
        "type": "Feature",
        "properties": {"adm1_code": "ARM-1674", "name_local": "Լոռի|Лори"},
        "geometry": {"type": "Polygon", "coordinates": [clockwise]},
    }
    source.write_text(json.dumps({"features": [area]}), encoding="utf-8")
    call_command("simplify_boundaries", source, into=tmp_path)
    written = json.loads((tmp_path / "arm.geojson").read_text(encoding="utf-8"))["features"][0]
    assert written["id"] == "AM-LO"
    (ring,) = written["geometry"]["coordinates"]
    assert signed_area(tuple((x, y) for x, y in ring[:-1])) > 0
    assert sorted(map(tuple, ring[:-1])) == [(44, 40), (44, 41), (45, 40), (45, 41)]


HOLE: list[list[float]] = [[1.4, 0.9], [1.6, 0.9], [1.6, 1.1], [1.4, 1.1], [1.4, 0.9]]


def cross(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    (a, b), (c, d) = one, other
    if {a, b} & {c, d}:
        return False
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
