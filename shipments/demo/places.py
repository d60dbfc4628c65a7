"""Regions and destinations of the demonstration, each with all of its names."""

from collections.abc import Iterator

from regions.models import Destination, PlaceName, Region
from regions.models.places import Script
from shipments.demo.tables import day, number, rows, several

SCRIPTS = {
    "en": Script.LATIN,
    "hy": Script.ARMENIAN,
    "az": Script.LATIN,
    "ru": Script.CYRILLIC,
    "fr": Script.LATIN,
    "ar": Script.ARABIC,
    "ka": Script.GEORGIAN,
}
# Who writes a name this way. No name is marked as the right one.
AUTHORITIES = {
    "en": "English-language press",
    "hy": "Armenian usage",
    "az": "Azerbaijani usage",
    "ru": "Russian usage",
    "fr": "French usage",
    "ar": "Arabic usage",
    "ka": "Georgian usage",
}
Names = dict[str, list[str]]


def load_places() -> None:
    """This will add the regions and destinations that are not there yet, with their names."""
    load_regions()
    load_destinations()


def load_regions() -> None:
    known = {region.code: region for region in Region.objects.all()}
    towns, names = towns_by_key(), {row["region"]: row for row in rows("region_names")}
    named = {code: names_in(row) for code, row in names.items()}
    named |= {row["region"]: towns[row["town"]] for row in rows("town_regions")}
    for row in rows("regions"):
        if row["code"] in known:
            continue
        # Parents stand above their children in the file; the database computes path and level.
        region = known[row["code"]] = Region.objects.create(
            code=row["code"],
            name=row["name"],
            parent=known.get(row["parent"]),
            pcode=row["pcode"],
            pcode_source=row["pcode_source"],
            valid_from=day(row["valid_from"]),
            boundary=row["boundary"],
        )
        add_names(named.get(region.code, {}), region=region)


def load_destinations() -> None:
    known = set(Destination.objects.values_list("code", flat=True))
    regions = {region.code: region for region in Region.objects.all()}
    towns = towns_by_key()
    facilities = {row["facility"]: row for row in rows("facilities")}
    for row in rows("destinations"):
        if row["code"] in known:
            continue
        facility = facilities[row["facility"]]
        names = facility_names(towns[row["town"]], facility)
        destination = Destination.objects.create(
            code=row["code"],
            name=names["en"][0],
            kind=facility["kind"],
            region=regions[row["region"]],
            latitude=number(row["latitude"]),
            longitude=number(row["longitude"]),
        )
        add_names(names, destination=destination)


def towns_by_key() -> dict[str, Names]:
    """This will read the names of each town: town -> language -> names."""
    return {row["town"]: names_in(row) for row in rows("towns")}


def names_in(row: dict[str, str]) -> Names:
    return {language: several(row.get(language) or "") for language in SCRIPTS}


def facility_names(town: Names, facility: dict[str, str]) -> Names:
    """This will name what stands in a town by each name of the town: "Şuşa, paylama məntəqəsi"."""
    return {
        language: [joined(name, facility.get(language, ""), language) for name in names]
        for language, names in town.items()
    }


def joined(town: str, what: str, language: str) -> str:
    if not what:
        return town
    comma = "،" if language == "ar" else ","
    return f"{town}{comma} {what}"


def add_names(names: Names, **place: Region | Destination) -> None:
    (main,) = (found.name for found in place.values())
    PlaceName.objects.bulk_create(
        PlaceName(
            text=text,
            language=language,
            script=SCRIPTS[language],
            authority=AUTHORITIES[language],
            **place,
        )
        for language, text in spelled(names)
        if text != main
    )


def spelled(names: Names) -> Iterator[tuple[str, str]]:
    for language, texts in names.items():
        for text in texts:
            yield language, text
