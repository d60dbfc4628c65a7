"""Importing in the browser, without script: upload, fix, import, undo."""

import pytest
from django.test import Client

from accounts.models import User
from shipments.imports.runs import take_step
from shipments.models import ImportRun, LineBalance
from tests.conftest import World
from tests.shipments.imports.test_runs import NOW, deliveries


@pytest.fixture(autouse=True)
def _worker_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what the worker would as soon as it is woken."""
    monkeypatch.setattr(
        "shipments.views.imports.wake_import", lambda run: take_step(run_id=run, now=lambda: NOW)
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_pasted_cells_are_checked_imported_and_undone(world: World, amina: User) -> None:
    shipment = world.sent()
    cells = deliveries(shipment, "1,2020-11-25,380,20,,wet,G-1").replace(",", "\t")
    client = signed_in(amina)
    answer = client.post("/imports/", {"kind": "deliveries", "cells": cells})
    page = client.get(answer.headers["Location"])
    assert "Import 1 row" in page.content.decode()
    address = answer.headers["Location"]
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    assert LineBalance.objects.get(line__shipment=shipment).received == 380
    assert "Undo this import" in client.get(address).content.decode()
    client.post(f"{address}undo/")
    assert ImportRun.objects.get().status == "undone"
    assert client.get("/imports/").status_code == 200


def test_a_wrong_cell_is_fixed_where_it_stands(world: World, amina: User) -> None:
    shipment = world.sent()
    rows = ("1,2020-11-25,many,,,,G-1", "1,2020-11-26,5,,,,G-2")
    cells = deliveries(shipment, *rows).replace(",", "\t")
    client = signed_in(amina)
    address = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
    page = client.get(address).content.decode()
    assert 'name="fix-D2"' in page
    client.post(f"{address}fix/", {"fix-D2": "300", "was-D2": "many"})
    assert "Import 2 rows" in client.get(address).content.decode()


def test_columns_that_are_not_recognised_can_be_matched(world: World, amina: User) -> None:
    shipment = world.sent()
    cells = f"Sendung\tZeile\tWann\tMenge\n{shipment.reference}\t1\t2020-11-25\t5\n"
    client = signed_in(amina)
    address = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
    assert "Still needed" in client.get(address).content.decode()
    columns = ("shipment", "line", "occurred_at", "received")
    matched = dict(zip(("column-A", "column-B", "column-C", "column-D"), columns, strict=True))
    client.post(f"{address}match/", matched)
    assert "Import 1 row" in client.get(address).content.decode()


def test_nothing_chosen_is_refused_beside_its_field(world: World, amina: User) -> None:
    answer = signed_in(amina).post("/imports/", {"kind": "deliveries"})
    assert answer.status_code == 400
    assert "Choose a file" in answer.content.decode()


def test_anothers_import_is_not_there_and_an_analyst_imports_nothing(
    world: World, amina: User, omar: User, chen: User
) -> None:
    client = signed_in(amina)
    address = client.post("/imports/", {"kind": "deliveries", "cells": "a\tb\n1\t2"}).headers[
        "Location"
    ]
    assert signed_in(omar).get(address).status_code == 404
    assert signed_in(omar).post(f"{address}cancel/").status_code == 404
    assert signed_in(chen).post("/imports/", {"kind": "deliveries", "cells": "a"}).status_code in (
        400,
        403,
    )


@pytest.mark.parametrize(
    "kind", ["packing_list", "deliveries", "items", "destinations", "donors", "populations"]
)
def test_each_kind_has_an_empty_sheet_to_fill_in(world: World, amina: User, kind: str) -> None:
    answer = signed_in(amina).get(f"/imports/templates/{kind}.xlsx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_what_is_the_same_for_all_rows_is_chosen_from_what_is_known(
    world: World, omar: User
) -> None:
    cells = "Waybill\tDonor\tItem\tQuantity\tUnit\tFrom\nRU-1\tmchs\tblanket\t4\tpcs\tx\n"
    client = signed_in(omar)
    address = client.post("/imports/", {"kind": "packing_list", "cells": cells}).headers["Location"]
    page = client.get(address).content.decode()
    assert '<select id="constant-mode"' in page
    assert '<option value="KA20">' in page
    assert 'list="known-destination"' in page
    assert '<option value="NORTH-HUB">North hub</option>' in page


def test_rows_left_out_are_listed_with_their_reason(world: World, amina: User) -> None:
    shipment = world.sent()
    rows = ("1,2020-11-25,5,,,,G-1", "1,2020-11-26,6,,,,G-2")
    text = deliveries(shipment, *rows) + "Total,,,11,,,,\n"
    client = signed_in(amina)
    given = {"kind": "deliveries", "cells": text.replace(",", "\t")}
    address = client.post("/imports/", given).headers["Location"]
    page = client.get(address).content.decode()
    assert "This row adds up others and is left out." in page
    counts = ImportRun.objects.get().counts
    assert counts["totals"] == 1
    assert sum(count for state, count in counts.items() if state != "rows") == counts["rows"] == 3
