"""Which column becomes which field, proposed from titles, hashtags and values."""

from pathlib import Path

import pytest

from shipments.imports.columns import ColumnProposal, is_known_title, propose_mapping
from shipments.imports.reading.upload import read_upload
from shipments.imports.synonyms.titles import titles
from shipments.imports.targets import TARGETS, ImportKind, missing_targets, target_names
from shipments.imports.words import target_name
from tests.shipments.imports.reading import SAMPLES

Mapping = dict[str, str]


def proposals(
    path: Path, kind: ImportKind, remembered: dict[str, str | None] | None = None
) -> list[ColumnProposal]:
    with read_upload(path, name=path.name, is_known=is_known_title) as result:
        return propose_mapping(kind, result.table, remembered or {})


def mapping(
    path: Path, kind: ImportKind, remembered: dict[str, str | None] | None = None
) -> Mapping:
    """Return the targets that were proposed, by the title of their column."""
    return {
        found.header: found.target
        for found in proposals(path, kind, remembered)
        if found.target is not None
    }


def written(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_tracked_shipment_list_needs_two_decisions_as_a_packing_list() -> None:
    found = mapping(SAMPLES / "sahana_track_item1.csv", ImportKind.PACKING_LIST)

    assert found == {
        "Organisation": "consignor",
        "Tracking Number": "waybill",
        "Warehouse": "origin",
        "Supply Item": "item",
        "Unit of Measure": "unit",
        "Supplier/Donor": "donor",
        "Currency": "currency",
        "Unit Value": "unit_value",
        "Expiry Date": "expires_on",
        "Quantity Sent": "quantity",
        "Date Sent": "dispatched_at",
        "Destination Site": "destination",
        "Estimated Date of Arrival": "expected_at",
        "Date Received": "received_at",
        "Quantity Received": "received",
        "Comments": "remark",
    }
    assert missing_targets(ImportKind.PACKING_LIST, set(found.values())) == ["operation", "mode"]


def test_the_same_list_is_complete_as_deliveries() -> None:
    found = mapping(SAMPLES / "sahana_track_item1.csv", ImportKind.DELIVERIES)

    assert found["Tracking Number"] == "shipment"
    assert found["Destination Site"] == "place"
    assert found["Date Received"] == "occurred_at"
    assert found["Quantity Received"] == "received"
    assert missing_targets(ImportKind.DELIVERIES, set(found.values())) == []


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("sahana_inv_item.csv", ImportKind.ITEMS, {
            "Category": "category", "Item Code": "code", "Item Name": "name", "Units": "unit",
            "Weight": "unit_weight_kg"}),
        ("sahana_warehouse.csv", ImportKind.DESTINATIONS, {
            "Name": "name", "L1": "region", "Lat": "latitude", "Lon": "longitude"}),
        ("sahana_inv_req_item.csv", ImportKind.PACKING_LIST, {
            "Item": "item", "Pack": "unit", "Quantity": "quantity", "Currency": "currency",
            "Value": "unit_value", "Comments": "remark"}),
        ("sahana_lk_kit_items.csv", ImportKind.PACKING_LIST, {
            "Item": "item", "Unit of Measure": "unit", "Quantity": "quantity"}),
        ("sahana_lk_catalog_kit_items.csv", ImportKind.ITEMS, {
            "Category": "category", "Item Name": "name", "Unit of Measure": "unit"}),
        ("unhcr_end_year_population_totals.csv", ImportKind.POPULATIONS, {
            "Year": "counted_on", "ISO3CoA": "region", "IDP": "displaced"}),
        ("hxl_input-multiple-headers.csv", ImportKind.POPULATIONS, {
            "Province": "region", "Number affected": "people"}),
        ("distributeaid_products.csv", ImportKind.ITEMS, {"N": "weight_unit"}),
    ],
)  # fmt: skip
def test_the_columns_of_public_files_are_proposed(
    name: str, kind: ImportKind, expected: Mapping
) -> None:
    assert mapping(SAMPLES / name, kind) == expected


@pytest.mark.parametrize(
    ("header", "_language"),
    [
        ("Waybill No,Donor,Item,Qty,UoM,Gross weight (kg),From,To,Dispatch date", "en"),
        ("№ накладной,Донор,Наименование,Кол-во,Ед. изм.,Вес брутто (кг),Откуда,Куда,Дата отправки",
         "ru"),
        ("Բեռնագրի համար,Դոնոր,Անվանում,Քանակ,Չափման միավոր,Քաշ (կգ),Մեկնման վայր,Նշանակման վայր,"
         "Առաքման ամսաթիվ", "hy"),
        ("Qaimə nömrəsi,Donor,Malın adı,Miqdar,Ölçü vahidi,Çəki (kq),Haradan,Təyinat yeri,"
         "Göndərmə tarixi", "az"),
        ("N° lettre de voiture,Bailleur,Désignation,Quantité,Unité,Poids brut (kg),Provenance,"
         "Destination,Date d'expédition", "fr"),
        ("رقم البوليصة,الجهة المانحة,اسم الصنف,الكمية,وحدة القياس,الوزن (كغ),من,الوجهة,"
         "تاريخ الإرسال", "ar"),
    ],
    ids=["en", "ru", "hy", "az", "fr", "ar"],
)  # fmt: skip
def test_a_packing_list_is_understood_in_six_languages(
    tmp_path: Path, header: str, _language: str
) -> None:
    values = "WB-1,ICRC,Tent,5,piece,120,Yerevan,Goris,2020-11-25\n"
    found = proposals(written(tmp_path, f"{header}\n{values * 3}"), ImportKind.PACKING_LIST)

    assert [column.target for column in found] == [
        "waybill", "donor", "item", "quantity", "unit", "weight_kg", "origin", "destination",
        "dispatched_at",
    ]  # fmt: skip
    assert found[5].unit is not None
    assert found[5].unit.unit == "kg"
    assert [column.column for column in found] == list("ABCDEFGHI")


def test_columns_that_name_people_are_left_out_whatever_they_hold(tmp_path: Path) -> None:
    path = written(tmp_path, "Item,Qty,Driver,Phone,ФИО\nTent,1,A,1,B\nBed,2,C,2,D\n")
    found = proposals(path, ImportKind.DELIVERIES)

    assert [(column.target, column.reason) for column in found[2:]] == [(None, "personal")] * 3


def test_every_column_is_there_mapped_or_not(tmp_path: Path) -> None:
    path = written(tmp_path, "Item,Colour,Qty,,Colour\nTent,red,5,x,y\nBed,blue,6,x,y\n")
    found = proposals(path, ImportKind.DELIVERIES)

    assert [column.column for column in found] == ["A", "B", "C", "D", "E"]
    assert [column.samples for column in found][1] == ("red", "blue")
    assert found[1].target is None
    assert found[1].confidence == 0


def test_what_was_chosen_last_time_comes_first(tmp_path: Path) -> None:
    path = written(tmp_path, "Item,Qty,Weight\nTent,5,9\nBed,6,9\n")
    remembered: dict[str, str | None] = {"ktі": None, "kti": "damaged", "veigt": None}
    found = mapping(path, ImportKind.DELIVERIES, remembered)

    assert found == {"Item": "item", "Qty": "damaged"}


def test_a_title_keeps_its_column_so_that_values_that_do_not_fit_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "Item,Quantity\nTent,broken poles\nBed,no legs\nStove,rust\n")

    assert mapping(path, ImportKind.PACKING_LIST) == {"Item": "item", "Quantity": "quantity"}


def test_a_cell_that_refers_to_another_row_does_not_spoil_a_column_of_weights(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "Item,Weight (t)\nTent,1.5\nBed,see row 2\nStove,2\n")
    found = proposals(path, ImportKind.PACKING_LIST)

    assert found[1].target == "weight_kg"
    assert found[1].unit is not None
    assert found[1].unit.unit == "t"


def test_hashtags_come_before_titles(tmp_path: Path) -> None:
    path = written(tmp_path, "A,B,C\n#item+name,#quantity,#date+received\nTent,5,2020-11-25\n")

    assert mapping(path, ImportKind.PACKING_LIST) == {
        "A": "item", "B": "quantity", "C": "received_at",
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(ImportKind))
def test_every_target_is_known_by_its_own_name_and_in_every_title_list(kind: ImportKind) -> None:
    known = {target for targets in titles(kind).values() for target in targets}

    assert known == set(target_names(kind))
    assert len(target_names(kind)) == len(set(target_names(kind)))


def test_a_target_that_is_required_is_missed_until_it_is_given() -> None:
    for kind, targets in TARGETS.items():
        assert missing_targets(kind, {target.name for target in targets}) == []
        assert set(missing_targets(kind, set())) >= {t.name for t in targets if t.required}


@pytest.mark.parametrize("kind", ImportKind)
def test_columns_headed_as_our_pages_name_them_are_proposed(
    tmp_path: Path, kind: ImportKind
) -> None:
    names = {target_name(name): name for name in target_names(kind)}
    text = f"{','.join(names)}\n{','.join('1' for _ in names)}\n"
    assert mapping(written(tmp_path, text), kind) == names
