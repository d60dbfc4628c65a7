"""What pages weigh on a bad connection, compressed; pictures and scripts included."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from accounts.models import User
from regions.models import Population, Region
from shipments.filters.totals import read_question
from shipments.models import NeedLine, NeedsAssessment, Operation, ReportedFigure, Shipment
from shipments.services import publish_snapshot, save_query
from tests import build
from tests.pages import signed_in
from tests.world import World

KILOBYTE = 1024
OUTLINES = ("AM-SU", "AM-ER", "AM-GR", "AM-SH", "AZ-BAR", "AZ-TAR", "AZ-XA", "AZ-SUS", "AZ-AGM")
SHARED = ("aidtracker.css", "aidtracker.js", "django_htmx/htmx-2.min.js")


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def weight(client: Client, page: str) -> int:
    answer = client.get(page)
    assert answer.status_code == 200
    return compressed(answer.content)


def static(name: str) -> int:
    path = finders.find(name)
    assert path
    return compressed(Path(path).read_bytes())


@pytest.fixture
def busy(world: World, omar: User) -> Shipment:
    """Fills nine regions, six months and eight categories, and a page of the list."""
    hubs = [
        build.destination(
            f"{code}-HUB",
            name=f"{code} distribution point",
            region=build.region(code, name=f"Region {code}", parent=world.country),
        )
        for code in OUTLINES
    ]
    items = [
        build.item(f"item-{n}", name=f"Household item {n}", unit_weight_kg="3.25") for n in range(8)
    ]
    for n in range(26):
        lines = [build.line(item, 100 + 37 * n) for item in items[: 2 + n % 3 * 3]]
        what = build.draft(world.operation, world.donor, world.depot, hubs[n % 9], *lines)
        made = build.shipment(what, by=omar)
        day = build.NOW - timedelta(days=n * 6)
        build.receive(made, by=omar, received=60 + n, damaged=n % 3, occurred_at=day, reason="wet")
        build.receive(made, by=omar, line=2, received=40 + 7 * n, occurred_at=day)
    for n in range(12):
        ReportedFigure.objects.create(
            operation=world.operation,
            source="Ministry of Emergencies, in the press",
            published_on=f"2020-12-{n + 10}",
            stage="dispatched",
            quantity=1500 + 111 * n,
            unit="t",
            quote=f"{1500 + 111 * n} t of relief supplies were sent so far, the ministry says.",
        )
    assessment = NeedsAssessment.objects.create(
        operation=world.operation,
        region=world.country,
        assessed_on="2020-07-01",
        source="Joint assessment of the clusters",
    )
    Population.objects.create(
        region=world.country, counted_on="2020-07-01", kind="displaced", people=90_000, source="UN"
    )
    for item in items:
        NeedLine.objects.create(
            assessment=assessment, item=item, unit="piece", per_person=1, standard="One each"
        )
    return made


def test_pages_of_work_keep_their_budgets(busy: Shipment, omar: User) -> None:
    client = signed_in(omar)
    query = read_question("by=item,region&measure=sent_kg,received_kg,outstanding_kg")
    now = timezone.now()
    kept = save_query(name="By item", query=query, by=omar)
    published = publish_snapshot(title="By item", query=query, public=False, by=omar, at=now)
    weights = {
        "/": 30,
        "/shipments/": 12,
        "/lines/": 12,
        f"/shipments/{busy}/": 12,
        f"/shipments/{busy}/deliver/": 8,
        "/deliveries/new/": 8,
        "/shipments/new/": 8,
        "/search/?q=Ministry": 12,
        "/data/": 12,
        "/data/?by=category,month&measure=received_kg&shape=wide": 12,
        "/data/statements/": 12,
        "/data/coverage/": 12,
        "/data/saved/": 12,
        f"/data/saved/{kept.code}/": 12,
        "/data/snapshots/": 12,
        f"/data/snapshots/{published.code}/": 15,
    }
    found = {page: weight(client, page) for page in weights}
    over = {page: found[page] for page, limit in weights.items() if found[page] > limit * KILOBYTE}
    assert over == {}
    # A repeat visit loads the page alone.
    working = [found[page] for page in weights if page != "/"]
    assert max(working) <= 15 * KILOBYTE
    # Read once and then looked things up in: as heavy as a first visit may be, without the rest.
    assert weight(client, "/data/dictionary/") <= 20 * KILOBYTE


def test_the_script_of_the_forms_is_small() -> None:
    assert static("delivery.js") + static("aidtracker.js") <= 10 * KILOBYTE


def test_pages_bring_nothing_from_elsewhere_and_no_script_inside(world: World, omar: User) -> None:
    shipment, client = world.sent(), signed_in(omar)
    build.receive(shipment, by=omar, received=60, damaged=3)
    for page in ("/", "/shipments/", f"/shipments/{shipment}/", f"/shipments/{shipment}/deliver/"):
        text = client.get(page).content.decode()
        for elsewhere in ('src="http', 'href="//', 'src="//', "url(http"):
            assert elsewhere not in text
        for inside in ("<style", " style=", "<script>", "onclick=", "onsubmit=", "javascript:"):
            assert inside not in text


def test_the_first_page_draws_every_region_and_keeps_the_budget_of_a_first_visit(
    busy: Shipment,
) -> None:
    Operation.objects.update(public=True, embargo_hours=0)
    page = Client().get("/").content
    for region in Region.objects.filter(code__in=OUTLINES):
        assert f">{region.name}: ".encode() in page
    assert compressed(page) + sum(map(static, SHARED)) <= 60 * KILOBYTE
