"""The shipments behind the public statements."""

from shipments.demo.convoys import batch_of_november, convoys, waiting_blankets
from shipments.demo.journeys import Journey
from shipments.demo.planning import loads_by_shipment
from shipments.demo.railway import impossible_wagons, railway_journeys, trucks_from_the_railhead


def documented_journeys() -> list[Journey]:
    """This will tell the journeys that the statements speak of, in the order they were planned."""
    loads = loads_by_shipment()
    trains = railway_journeys(loads)
    return [
        *convoys(loads),
        *batch_of_november(loads),
        waiting_blankets(),
        *trains.values(),
        impossible_wagons(loads),
        *trucks_from_the_railhead(trains),
    ]
