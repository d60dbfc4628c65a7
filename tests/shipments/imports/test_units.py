"""Units as people write them, in six languages, and the closed list they become."""

from decimal import Decimal

import pytest

from shipments.imports.units import match_package, match_unit, unit_in_header


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("Piece", "piece"), ("pcs", "piece"), ("PCS.", "piece"), ("Unit", "piece"),
        ("шт.", "piece"), ("штук", "piece"), ("հատ", "piece"), ("ədəd", "piece"),
        ("pièces", "piece"), ("قطعة", "piece"), ("Number", "piece"), ("set", "set"),
        ("компл.", "set"), ("dəst", "set"),
        ("Kit", "kit"), ("набор", "kit"), ("кровать", "bed"), ("kg", "kg"), ("Kgs", "kg"),
        ("кг", "kg"), ("կգ", "kg"), ("kq", "kg"), ("كغ", "kg"), ("MT", "t"), ("т", "t"),
        ("tonnes", "t"), ("м", "m"), ("пог. м", None), ("m2", "m2"), ("m²", "m2"), ("sq. m", "m2"),
        ("кв. м", "m2"), ("м³", "m3"), ("куб.м", "m3"), ("L", "l"), ("литров", "l"), ("خيمة", None),
        ("ml", None), ("", None), ("carton", None), ("box", None),
    ],
)  # fmt: skip
def test_a_unit_is_recognised_or_left_to_a_person(written: str, unit: str | None) -> None:
    found = match_unit(written)

    assert (found.unit if found else None) == unit


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [("lb", "kg", "0.45359237"), ("lbs", "kg", "0.45359237"), ("oz", "kg", "0.028349523125"),
     ("g", "kg", "0.001"), ("гр", "kg", "0.001"), ("мл", "l", "0.001"), ("ц", "kg", "100")],
)  # fmt: skip
def test_a_unit_outside_the_list_is_converted_and_its_original_kept(
    written: str, unit: str, factor: str
) -> None:
    found = match_unit(f" {written} ")

    assert found is not None
    assert (found.unit, found.factor, found.written) == (unit, Decimal(factor), written)
    assert found.converted


def test_kilograms_stay_kilograms_and_tonnes_tonnes() -> None:
    kilograms, tonnes = match_unit("kg"), match_unit("t")

    assert kilograms is not None
    assert tonnes is not None
    assert not kilograms.converted
    assert not tonnes.converted


@pytest.mark.parametrize(
    ("written", "package"),
    [("Carton", "carton"), ("ctn", "carton"), ("коробки", "carton"), ("мешков", "bag"),
     ("Packet", "pack"), ("Roll", "roll"), ("Case", "carton"), ("ballots", "bale"),
     ("كرتون", "carton"), ("kg", None)],
)  # fmt: skip
def test_a_package_is_no_unit(written: str, package: str | None) -> None:
    assert match_package(written) == package
    assert match_unit(written) is None or package is None


@pytest.mark.parametrize(
    ("header", "title", "unit"),
    [("Weight (kg)", "Weight", "kg"), ("Вес, кг", "Вес", "kg"), ("weight kg", "weight", "kg"),
     ("Weight [t]", "Weight", "t"), ("Quantity (pcs)", "Quantity", "piece"),
     ("Poids / kg", "Poids", "kg"), ("Weight", "Weight", None), ("Number of sets", "Number of sets",
     None), ("Weight (gross)", "Weight (gross)", None), ("Volume m3", "Volume", "m3")],
)  # fmt: skip
def test_a_unit_hidden_in_a_title_is_found(header: str, title: str, unit: str | None) -> None:
    words, found = unit_in_header(header)

    assert words == title
    assert (found.unit if found else None) == unit
