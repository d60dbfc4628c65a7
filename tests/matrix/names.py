"""What addresses and bodies name: the things of a world, or things that exist nowhere."""

import uuid
from dataclasses import dataclass

from tests.matrix.worlds import Land
from text.check_digits import make_event_code, make_lettered_code, make_reference


@dataclass(frozen=True)
class Names:
    """How the things of one world are written in addresses and bodies, by kind of thing."""

    things: dict[str, str]
    letter: str = ""

    def __getitem__(self, thing: str) -> str:
        """This will name a thing; what begins with "=" stands for itself."""
        return thing[1:] if thing.startswith("=") else self.things[thing]


def names_of(land: Land) -> Names:
    """This will name the things of a world."""
    rows = land.rows
    things = {name: shipment.reference for name, shipment in land.shipments.items()}
    things |= {f"event {name}": str(event.key) for name, event in land.events.items()}
    things |= {f"code of {name}": event.code for name, event in land.events.items()}
    things |= {
        "operation": land.operation.code,
        "donor": land.donor.code,
        "item": land.item.code,
        "category": land.item.category.code,
        "region": land.region.code,
        "depot": land.depot.code,
        "hub": land.hub.code,
        "waybill": f"{land.word('waybill')}-sent",
        "word": land.marks.word,
        "export": str(rows["export"].pk),
        "import": str(rows["import"].pk),
        "import done": str(rows["import done"].pk),
        "token": rows["token"].prefix,
        "photo": str(rows["photo"].pk),
        "saved query": rows["saved query"].code,
        "snapshot": rows["snapshot"].code,
        "document": str(rows["document"].pk),
        "none": "",
    }
    return Names(things | keys_of(land), land.marks.letter)


def keys_of(land: Land) -> dict[str, str]:
    """This will name things as Django's admin does, by the number of their row."""
    event, line = land.events["received"], land.shipments["sent"].lines.get()
    rows = {
        "accounts_user": land.omar,
        "accounts_apitoken": land.rows["token"],
        "regions_region": land.region,
        "regions_destination": land.hub,
        "regions_population": land.region.populations.get(),
        "shipments_operation": land.operation,
        "shipments_donor": land.donor,
        "shipments_category": land.item.category,
        "shipments_item": land.item,
        "shipments_reportedfigure": land.operation.reported_figures.get(),
        "shipments_needsassessment": land.rows["assessment"],
        "shipments_shipment": land.shipments["sent"],
        "shipments_deliveryevent": event,
        "shipments_deliveryline": event.lines.get(),
        "shipments_linebalance": line,
        "shipments_overduenotice": land.shipments["sent"].notices.get(),
        "shipments_exportfile": land.rows["export"],
        "shipments_importrun": land.rows["import"],
    }
    return {f"pk {model}": str(row.pk) for model, row in rows.items()}


def names_of_nothing(of: Names) -> Names:
    """This will name things that exist nowhere, spelled as those of a world are."""
    things = {}
    for at, (thing, name) in enumerate(of.things.items()):
        if thing.startswith("event") or thing == "export":
            things[thing] = str(uuid.UUID(int=0xFEED0000 + at))
        elif thing.startswith("pk "):
            things[thing] = str(uuid.UUID(int=at)) if "exportfile" in thing else str(990_000 + at)
        elif name.startswith(f"{of['operation']}-"):
            things[thing] = make_reference(of["operation"], 900_000 + at)
        elif thing in ("saved query", "snapshot"):
            things[thing] = make_lettered_code(name[0], 900_000 + at)
        elif thing.startswith("code of"):
            things[thing] = make_event_code(900_000 + at)
        else:
            things[thing] = MISSING.get(thing, name)
    return Names(things)


MISSING = {
    "operation": "MM99",
    "donor": "no-such-donor",
    "item": "no-such-item",
    "category": "no-such-category",
    "region": "NO-SUCH",
    "depot": "NO-SUCH-DEPOT",
    "hub": "NO-SUCH-HUB",
    "waybill": "no-such-waybill",
    "import": "999999",
    "import done": "999998",
    "token": "aid_zzzz",
    "photo": "999999",
    "document": "999999",
}
