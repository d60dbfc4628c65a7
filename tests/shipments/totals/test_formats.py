"""Totals as maps, pictures and tagged spreadsheets."""

import csv
import io
import json
import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from regions.boundaries import NOTE
from regions.exports.shapes import boundary_shapes
from regions.models import Region
from shipments.imports.reading.hashtags import obsolete_hashtags
from shipments.imports.runs import start_import
from shipments.models import Shipment
from shipments.models.imports import ImportKind
from tests import build
from tests.api.conftest import ApiClient, Ask
from tests.shipments.imports.test_runs import NOW, work
from tests.world import World

BY_REGION = "by=region&measure=received_kg"
BY_MONTH = "by=month,category&measure=received_kg"


@pytest.fixture
def client(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


@pytest.fixture
def arrived(world: World, omar: User) -> Shipment:
    """Blankets that arrived in a region that has an outline."""
    Region.objects.filter(code="AA-N").update(boundary="AZ-XA")
    shipment = world.sent()
    build.receive(shipment, by=omar, received=380, damaged=20, reason="wet")
    return shipment


def content_of(client: ApiClient, path: str) -> bytes:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    content: bytes = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content)
    return content


def refused(client: ApiClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400
    (refusal,) = answer.json()["errors"]
    found: dict[str, Any] = refusal
    return found


def map_of(client: ApiClient, query: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content_of(client, f"totals.geojson?{query}"))
    return found


def test_a_map_has_a_feature_for_each_region_with_its_figures(
    client: ApiClient, arrived: Shipment
) -> None:
    found = map_of(client, BY_REGION)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["note"] == str(NOTE)
    assert found["query"] == BY_REGION
    (feature,) = found["features"]
    assert feature["id"] == "AA-N"
    assert feature["geometry"] == boundary_shapes()["AZ-XA"]
    assert feature["properties"] == {
        "region": "AA-N",
        "region_name": "North",
        "received_kg": "570.000",
        "lines_without_weight": 0,
    }


def test_a_region_without_an_outline_has_a_null_geometry(
    client: ApiClient, arrived: Shipment
) -> None:
    Region.objects.update(boundary="")
    (feature,) = map_of(client, BY_REGION)["features"]
    assert feature["geometry"] is None


@pytest.mark.parametrize("more", ["labels=name", "labels=code", "shape=wide", "level=0"])
def test_a_feature_is_known_by_its_region_however_it_is_laid_out(
    client: ApiClient, arrived: Shipment, more: str
) -> None:
    query = "by=region,month&measure=received_kg" if more == "shape=wide" else BY_REGION
    (feature,) = map_of(client, f"{query}&{more}")["features"]
    assert feature["id"] == feature["properties"]["region"]
    assert feature["id"] == ("AA" if more == "level=0" else "AA-N")


def test_outlines_turn_the_way_the_standard_wants() -> None:
    """RFC 7946, 3.1.6: exteriors counter-clockwise, holes clockwise, rings closed."""
    for name, geometry in boundary_shapes().items():
        parts = geometry["coordinates"]
        for polygon in [parts] if geometry["type"] == "Polygon" else parts:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1], name
                assert (area_of(ring) > 0) == (number == 0), name


def area_of(ring: list[list[float]]) -> float:
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


def test_what_is_not_by_region_is_no_map(client: ApiClient, arrived: Shipment) -> None:
    for query in (BY_MONTH, "by=region,month&measure=received_kg"):
        refusal = refused(client, f"totals.geojson?{query}")
        assert refusal["code"] == "not_in_this_format"
        assert "by=region" in refusal["detail"]
        assert "geojson" not in refusal["allowed"]
        assert "parquet" in refusal["allowed"]


@pytest.mark.parametrize(
    ("query", "kind"),
    [(BY_REGION, "map"), (BY_MONTH, "chart"), ("by=year&measure=events", "chart")],
)
def test_a_picture_stands_alone(
    client: ApiClient, arrived: Shipment, query: str, kind: str
) -> None:
    text = content_of(client, f"totals.svg?{query}").decode()
    root = ElementTree.fromstring(text)
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert kind in root.get("class", "")
    for name in ("title", "desc"):
        said = root.find(f"{svg}{name}")
        assert said is not None
        assert said.text
    assert not re.findall(r"href=|<script|<image|@import|url\((?!#)", text)


def test_the_note_about_boundaries_is_in_the_map(client: ApiClient, arrived: Shipment) -> None:
    words = " ".join(
        ElementTree.fromstring(content_of(client, f"totals.svg?{BY_REGION}")).itertext()
    )
    assert "express no opinion" in re.sub(r"\s+", " ", words)
    assert "570" in words


def test_a_region_that_the_map_cannot_show_is_named_below(
    client: ApiClient, arrived: Shipment
) -> None:
    Region.objects.update(boundary="")
    words = " ".join(
        ElementTree.fromstring(content_of(client, f"totals.svg?{BY_REGION}")).itertext()
    )
    assert "Not on the map: North 570" in words.replace("\n", " ")


def test_a_picture_says_what_was_left_out(
    client: ApiClient, world: World, arrived: Shipment
) -> None:
    world.shipment(build.line(world.wood, 3))
    words = " ".join(
        ElementTree.fromstring(content_of(client, "totals.svg?by=month&measure=sent_kg")).itertext()
    )
    assert words.count("1 line has no weight") == 2, "Once in the description, once to be seen."


@pytest.mark.parametrize(
    "query",
    [
        "by=donor,item&measure=sent_kg",
        "by=month,donor&measure=events",
        "by=month&measure=shipments",
        "by=day&measure=outstanding_kg",
        "measure=sent_kg",
    ],
)
def test_what_makes_no_picture_is_refused_with_what_would(
    client: ApiClient, arrived: Shipment, query: str
) -> None:
    refusal = refused(client, f"totals.svg?{query}")
    assert refusal["code"] == "not_in_this_format"
    assert "by=region" in refusal["detail"]


PLAIN = "by=donor,item&measure=sent_kg"


def test_the_links_name_the_formats_that_there_are(client: ApiClient, arrived: Shipment) -> None:
    always = {"self", "csv", "xlsx", "ndjson", "parquet", "hxl", "html", "lines", "describedby"}
    expected = {
        BY_REGION: {"geojson", "svg"},
        BY_MONTH: {"svg"},
        PLAIN: set(),
        "by=donor&measure=sent_kg": {"svg"},
    }
    for query, more in expected.items():
        links = client.read(f"totals?{query}")["links"]
        assert set(links) == always | more
        for word in set(links) - {"self", "html", "lines", "describedby"}:
            content_of(client, links[word].partition("/api/v1/")[2])


TAGGED = "by=donor,region,month&measure=sent_kg,received,shipments,weight_basis&unit=piece"


def tagged_rows(client: ApiClient, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content_of(client, f"totals.hxl.csv?{query}").decode())))


def test_hashtags_stand_under_the_headers(client: ApiClient, arrived: Shipment) -> None:
    heads, tags, row = tagged_rows(client, TAGGED)
    assert dict(zip(heads, tags, strict=True)) == {
        "donor": "#org+donor+code",
        "donor_name": "#org+donor",
        "region": "#adm1+code",
        "region_name": "#adm1",
        "month": "#date+occurred+month",
        "sent_kg": "#output+sent+kg",
        "received": "#output+received+quantity",
        "shipments": "#output+shipments+num",
        "weight_basis_weighed": "#output+weight_basis+weighed+share",
        "weight_basis_declared": "#output+weight_basis+declared+share",
        "weight_basis_estimated": "#output+weight_basis+estimated+share",
        "lines_without_weight": "#output+lines_without_weight+num",
    }
    assert row[heads.index("received")] == "380"


def test_regions_of_several_levels_are_places(
    client: ApiClient, world: World, arrived: Shipment
) -> None:
    Region.objects.create(code="DEEP", name="Deep", level=2, parent=world.north)
    assert tagged_rows(client, BY_REGION)[1][0] == "#adm1+code"
    assert tagged_rows(client, f"{BY_REGION}&level=0")[1][0] == "#country+code"


def test_our_importer_knows_our_hashtags(client: ApiClient, arrived: Shipment, ada: User) -> None:
    content = content_of(client, f"totals.hxl.csv?{TAGGED}")
    _heads, tags, _row = csv.reader(io.StringIO(content.decode()))
    assert obsolete_hashtags(tags) == []
    file = ContentFile(content, name="totals.hxl.csv")
    run = work(
        start_import(file=file, name="totals.hxl.csv", kind=ImportKind.DONORS, by=ada, at=NOW)
    )
    assert (run.mapping["A"], run.mapping["B"]) == ("code", "name")
    assert run.counts["rows"] == 1, "Neither headers nor hashtags are rows."
