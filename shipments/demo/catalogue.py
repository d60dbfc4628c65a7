"""The operation, donors, categories and items of the demonstration."""

from datetime import date

from regions.models import Region
from shipments.demo.tables import number, rows, several
from shipments.models import Category, Donor, Item, Operation

LANGUAGES = ("ru", "fr", "az", "hy", "ar")
OPERATION = "KA20"


def load_catalogue() -> None:
    """This will add the operation, donors, categories and items that are not there yet."""
    load_operation()
    load_donors()
    load_categories()
    load_items()


def load_operation() -> None:
    operation, added = Operation.objects.get_or_create(
        code=OPERATION,
        defaults={
            "name": "Relief to Nagorno-Karabakh",
            "names": {
                "ru": "Помощь Нагорному Карабаху",
                "fr": "Secours au Haut-Karabagh",
                "az": "Dağlıq Qarabağa yardım",
                "hy": "Օգնություն Լեռնային Ղարաբաղին",
                "ar": "إغاثة ناغورني قره باغ",
            },
            "contact": "coordination@aidtracker.example",
            "starts_on": date(2020, 11, 10),
            "ends_on": date(2021, 3, 31),
            # Asia/Yerevan names the same clock, UTC+4 without summer time, so no event falls on
            # another day by it. The P-codes of the places lie in COD-AB Azerbaijan, hence Baku.
            "time_zone": "Asia/Baku",
            "name_order": ["hy", "az"],
            "public": True,
            "illustrative": True,
        },
    )
    if added:
        # Where goods come from belongs to it too: teams there plan and dispatch.
        operation.regions.set(Region.objects.filter(parent__isnull=True))


def names_of(row: dict[str, str]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES if row[language]}


def load_donors() -> None:
    known = set(Donor.objects.values_list("code", flat=True))
    Donor.objects.bulk_create(
        Donor(
            code=row["code"],
            name=row["name"],
            names=names_of(row),
            aliases=several(row["aliases"]),
            kind=row["kind"],
            country=row["country"],
            iati_id=row["iati_id"],
        )
        for row in rows("donors")
        if row["code"] not in known
    )


def load_categories() -> None:
    known = {category.code: category for category in Category.objects.all()}
    for row in rows("categories"):
        if row["code"] not in known:
            known[row["code"]] = Category.objects.create(
                code=row["code"],
                name=row["name"],
                names=names_of(row),
                parent=known.get(row["parent"]),
            )


def load_items() -> None:
    known = set(Item.objects.values_list("code", flat=True))
    categories = {category.code: category for category in Category.objects.all()}
    Item.objects.bulk_create(
        Item(
            code=row["code"],
            name=row["name"],
            names=names_of(row),
            category=categories[row["category"]],
            base_unit=row["unit"],
            unit_weight_kg=number(row["kg"]),
            unit_weight_source=row["weight_source"],
            equipment=bool(row["equipment"]),
        )
        for row in rows("items")
        if row["code"] not in known
    )
