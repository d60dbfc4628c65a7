"""Importing in the browser, without script: upload, fix, import, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from shipments.imports.runs import take_step
from shipments.models import ImportRun, LineBalance
from tests.pages import words_of
from tests.shipments.imports.test_runs import NOW, deliveries
from tests.world import World


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
    assert "Created: 1 event." in words_of(client.get(address))
    assert "Undo this import" in client.get(address).content.decode()
    client.post(f"{address}undo/")
    assert ImportRun.objects.get().status == "undone"
    assert client.get("/imports/").status_code == 200


def test_rows_taken_back_are_told_from_those_never_imported(world: World, amina: User) -> None:
    rows = ("1,2020-11-25,many,,,,G-1", "1,2020-11-26,5,,,,G-2", "1,2020-11-27,6,,,,G-3")
    cells = deliveries(world.sent(), *rows).replace(",", "\t")
    client = signed_in(amina)
    address = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
    client.post(f"{address}confirm/", {"mode": "good_rows"})
    assert "imported 2 not imported 1" in words_of(client.get(address))
    client.post(f"{address}undo/")
    assert "not imported 1 taken back 2" in words_of(client.get(address))


def test_a_wrong_cell_is_fixed_where_it_stands(world: World, amina: User) -> None:
    shipment = world.sent()
    rows = ("1,2020-11-25,many,,,,G-1", "1,2020-11-26,5,,,,G-2")
    cells = deliveries(shipment, *rows).replace(",", "\t")
    client = signed_in(amina)
    address = client.post("/imports/", {"kind": "deliveries", "cells": cells}).headers["Location"]
    page = client.get(address).content.decode()
    assert 'name="fix-D2"' in page
    refused = client.post(f"{address}confirm/", {"mode": "all_or_nothing"}, follow=True)
    assert "1 row needs fixing. Fix it, or import only the good rows." in words_of(refused)
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


def uploaded(client: Client, kind: str, text: str) -> str:
    given = {"kind": kind, "cells": text.replace(",", "\t")}
    address: str = client.post("/imports/", given).headers["Location"]
    return address


def test_rows_that_differ_are_shown_with_both_values_and_decided(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    address = uploaded(client, "deliveries", deliveries(shipment, "1,2020-11-25,380,,,,G-1"))
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    rows = ("1,2020-11-25,370,,,,G-1", "1,2020-11-26,5,,,,G-2")
    address = uploaded(client, "deliveries", deliveries(shipment, *rows))
    page = client.get(address).content.decode()
    assert "received: <bdi>380</bdi>" in page
    assert "received: <strong><bdi>370</bdi></strong>" in page
    assert 'name="decide-2" value="replace"' in page
    client.post(f"{address}decide/", {"decide-2": "replace", "reason": "Counted again."})
    page = client.get(address).content.decode()
    assert 'value="replace" checked' in page
    assert "changed since; decided" in page
    assert "Import 2 rows" in page
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    assert "1 row replaced what was here" in client.get(address).content.decode()
    assert LineBalance.objects.get(line__shipment=shipment).received == 375


def test_moments_that_differ_are_written_as_pages_write_them(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    first, second = "1,2020-11-25 09:30,380,,,,G-1", "1,2020-11-25 14:10,380,,,,G-1"
    address = uploaded(client, "deliveries", deliveries(shipment, first))
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    page = client.get(uploaded(client, "deliveries", deliveries(shipment, second)))
    assert "<bdi>25 Nov 2020, 09:30</bdi>" in page.content.decode()
    assert "<strong><bdi>25 Nov 2020, 14:10</bdi></strong>" in page.content.decode()


def test_all_rows_that_differ_are_kept_at_once(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    address = uploaded(client, "deliveries", deliveries(shipment, "1,2020-11-25,380,,,,G-1"))
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    address = uploaded(client, "deliveries", deliveries(shipment, "1,2020-11-25,370,,,,G-1"))
    client.post(f"{address}decide/", {"all": "keep", "decide-2": "replace"})
    assert "There is nothing to import" in client.get(address).content.decode()


def test_the_same_file_says_when_it_was_imported(world: World, amina: User) -> None:
    client = signed_in(amina)
    text = deliveries(world.sent(), "1,2020-11-25,380,,,,G-1")
    address = uploaded(client, "deliveries", text)
    client.post(f"{address}confirm/", {"mode": "all_or_nothing"})
    page = client.get(uploaded(client, "deliveries", text)).content.decode()
    assert "You imported this file on" in page
    assert "2026" in page.split("You imported this file on")[1][:200]


def test_blanks_that_mean_as_above_are_ticked_beside_their_column(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    text = deliveries(shipment, "1,2020-11-25,380,,,,G-1") + ",1,2020-11-26,5,,,,G-2\n"
    address = uploaded(client, "deliveries", text)
    page = client.get(address).content.decode()
    assert "1 blank means “as above”" in page
    assert "say so for their column" in page
    columns = {f"column-{c['column']}": c["target"] or "" for c in ImportRun.objects.get().columns}
    client.post(f"{address}match/", {**columns, "above-A": "on"})
    assert "Import 2 rows" in client.get(address).content.decode()


def test_another_value_can_be_given_for_all_rows(world: World, amina: User) -> None:
    shipment = world.sent()
    client = signed_in(amina)
    address = uploaded(client, "deliveries", deliveries(shipment, "1,2020-11-25,380,,,,G-1"))
    client.post(f"{address}match/", {"more-target": "note", "more-value": "From the gate book."})
    assert ImportRun.objects.get().constants == {"note": "From the gate book."}


def test_a_failed_import_offers_to_try_again_and_to_read_it_otherwise(
    world: World, amina: User
) -> None:
    client = signed_in(amina)
    address = uploaded(client, "deliveries", deliveries(world.sent(), "1,2020-11-25,1,,,,G-1"))
    client.post(f"{address}read/", {"sheet": "", "header_row": "90", "delimiter": "\t"})
    page = client.get(address).content.decode()
    assert "Try again" in page
    client.post(f"{address}read/", {"header_row": "1", "delimiter": "\t"})
    assert "Import 1 row" in client.get(address).content.decode()


def test_the_workbook_of_corrected_rows_is_taken_back(world: World, amina: User) -> None:
    client = signed_in(amina)
    address = uploaded(client, "deliveries", deliveries(world.sent(), "1,2020-11-25,many,,,,G-1"))
    assert (
        "Choose the workbook" in client.post(f"{address}corrected/", follow=True).content.decode()
    )
    content = client.get(f"{address}problems.xlsx").content
    file = SimpleUploadedFile("to-fix.xlsx", content)
    again = client.post(f"{address}corrected/", {"file": file}).headers["Location"]
    assert again != address
    assert 'name="fix-D2"' in client.get(again).content.decode()


def test_a_matching_is_saved_and_chosen_again_and_what_is_not_kept_is_said(
    world: World, amina: User
) -> None:
    shipment = world.sent()
    cells = f"Sendung\tZeile\tWann\tMenge\tKilo\n{shipment.reference}\t1\t2020-11-25\t5\t7\n"
    client = signed_in(amina)

    def started() -> str:
        answer = client.post("/imports/", {"kind": "deliveries", "cells": cells})
        return answer.headers["Location"]

    address = started()
    assert "Use a matching that you saved" not in client.get(address).content.decode()
    targets = ("shipment", "line", "occurred_at", "received", "weight_kg")
    matched = {f"column-{letter}": name for letter, name in zip("ABCDE", targets, strict=True)}
    client.post(f"{address}match/", matched | {"save-as": "Weekly list"})
    assert "Read but not kept: Kilo (E)." in client.get(address).content.decode()

    address = started()
    page = client.get(address).content.decode()
    assert "Still needed" in page
    assert "<option>Weekly list</option>" in page
    client.post(f"{address}saved/", {"saved": "Weekly list"})
    assert "Import 1 row" in client.get(address).content.decode()


def test_columns_that_were_recognised_are_folded_while_others_need_a_look(
    world: World, omar: User
) -> None:
    cells = "Waybill\tDonor\tItem\tQuantity\tUnit\tColour\nRU-1\tmchs\tblanket\t4\tpcs\tred\n"
    client = signed_in(omar)
    address = client.post("/imports/", {"kind": "packing_list", "cells": cells}).headers["Location"]
    page = client.get(address).content.decode()
    before, folded = page.split("<summary>5 columns that were recognised</summary>")
    assert 'name="column-F"' in before
    assert all(f'name="column-{letter}"' in folded for letter in "ABCDE")
    assert page.count('name="column-') == 6
    # One that its person says something else of is no longer one to look at first.
    matched = {f"column-{c['column']}": c["target"] or "" for c in ImportRun.objects.get().columns}
    client.post(f"{address}match/", matched | {"column-F": "description"})
    page = client.get(address).content.decode()
    assert "<summary>6 columns that were recognised</summary>" in page
