"""What a database holds of the demonstration."""

from regions.models import Destination, Population, Region
from shipments.demo.catalogue import OPERATION
from shipments.models import (
    DeliveryEvent,
    DeliveryLine,
    Donor,
    Item,
    ReportedFigure,
    Shipment,
    ShipmentLine,
)


def contents() -> dict[str, int]:
    """This will count what there is: plural noun -> number."""
    return {
        "regions": Region.objects.count(),
        "destinations": Destination.objects.count(),
        "donors": Donor.objects.count(),
        "items": Item.objects.count(),
        "shipments": Shipment.objects.filter(operation__code=OPERATION).count(),
        "lines": ShipmentLine.objects.filter(shipment__operation__code=OPERATION).count(),
        "events": DeliveryEvent.objects.filter(shipment__operation__code=OPERATION).count(),
        "ledger lines": DeliveryLine.objects.filter(
            event__shipment__operation__code=OPERATION
        ).count(),
        "reported figures": ReportedFigure.objects.filter(operation__code=OPERATION).count(),
        "population figures": Population.objects.count(),
    }
