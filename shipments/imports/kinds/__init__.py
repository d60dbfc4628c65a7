"""What the rows of each kind of spreadsheet become: checked by a dry run, then applied."""

from shipments.imports.kinds.catalogue import Destinations, Donors, Items
from shipments.imports.kinds.deliveries import Deliveries
from shipments.imports.kinds.loader import Loader
from shipments.imports.kinds.packing_lists import PackingLists
from shipments.imports.kinds.populations import Populations
from shipments.imports.targets import ImportKind

LOADERS: dict[ImportKind, type[Loader]] = {
    ImportKind.PACKING_LIST: PackingLists,
    ImportKind.DELIVERIES: Deliveries,
    ImportKind.ITEMS: Items,
    ImportKind.DESTINATIONS: Destinations,
    ImportKind.DONORS: Donors,
    ImportKind.POPULATIONS: Populations,
}
