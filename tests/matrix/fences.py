"""Every fence of the program, each with a way to take it down and where that must show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.middleware.csrf import CsrfViewMiddleware

from accounts.models import User
from accounts.querysets import ApiTokenQuerySet
from regions.api.permissions import MayManage, Writes
from regions.exports import listings
from regions.querysets import DestinationQuerySet
from regions.rights import Rights
from shipments import querysets
from shipments.models import Donor, Shipment
from shipments.querysets import catalogue, published
from shipments.querysets import shipments as shipment_questions
from shipments.services import exports, judging
from shipments.views import lookups
from shipments.views.readers import Reader
from text.listings import Column, Listing

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Fence:
    """A fence: how it comes down, who then asks what, and what the harness must say."""

    name: str
    down: Callable[[Patch], None]
    rows: tuple[str, ...]
    people: tuple[str, ...]
    says: str
    forged: bool = False

    def __str__(self) -> str:
        return self.name


def open_to_all(*classes: type) -> Callable[[Patch], None]:
    """This will let everybody see every row that these querysets find."""

    def down(patch: Patch) -> None:
        for queryset in classes:
            patch.setattr(queryset, "visible_to", lambda self, user: self)

    return down


def everything_is_recorded(patch: Patch) -> None:
    patch.setattr(judging, "may_record", lambda *args: True)


def no_embargo(patch: Patch) -> None:
    patch.setattr(published, "older_than_embargo", lambda column, operation: Q())


def whole_rows_for_all(patch: Patch) -> None:
    patch.setattr(Listing, "columns_for", lambda self, reader, file=False: whole(self, file))
    patch.setattr(Column, "source_for", whole_source)


def whole(listing: Listing, file: bool) -> tuple[Column, ...]:
    return (listing.file_columns or listing.columns) if file else listing.columns


def whole_source(column: Column, reader: Any) -> Any:
    if column.source is None:
        return column.name
    made = callable(column.source) and not hasattr(column.source, "resolve_expression")
    return column.source(reader) if made else column.source


def whole_pages_for_all(patch: Patch) -> None:
    patch.setattr(Reader, "reduced", property(lambda self: False))


def coordinates_for_all(patch: Patch) -> None:
    patch.setattr(listings, "under", lambda field, paths: Q(pk__isnull=False))


def no_csrf(patch: Patch) -> None:
    patch.setattr(CsrfViewMiddleware, "_check_token", lambda self, request: None)


def the_disabled_stay(patch: Patch) -> None:
    read = User.from_db.__func__  # type: ignore[attr-defined]

    def active(cls: type[User], *args: Any) -> User:
        user: User = read(cls, *args)
        user.is_active = True
        return user

    patch.setattr(User, "from_db", classmethod(active))
    patch.setattr(ModelBackend, "user_can_authenticate", lambda self, user: True)


def tokens_live_for_ever(patch: Patch) -> None:
    patch.setattr(ApiTokenQuerySet, "live", lambda self: self)


def all_may_post(patch: Patch) -> None:
    for permission in (Writes, MayManage):
        patch.setattr(permission, "has_permission", lambda self, request, view: True)


def reading_writes(patch: Patch) -> None:
    def of(cls: type[Reader], request: Any) -> Reader:
        Donor.objects.create(code="counted", name="Counted", kind="ngo")
        reader: Reader = made(cls, request)
        return reader

    made = Reader.of.__func__  # type: ignore[attr-defined]
    patch.setattr(Reader, "of", classmethod(of))


def telling_foreign_from_missing(patch: Patch) -> None:
    def contact(request: Any, reference: str) -> str:
        return "us" if Shipment.objects.filter(reference=reference).exists() else "nobody"

    patch.setattr(lookups, "contact_for", contact)


def earlier_shipments_for_all(patch: Patch) -> None:
    patch.setattr(shipment_questions, "seen_earlier", carries_on)


def carries_on(user: object, prefix: str = "") -> Q:
    return Q(**{f"{prefix}from_line__isnull": False})


def files_for_all(patch: Patch) -> None:
    open_to_all(querysets.ExportFileQuerySet)(patch)
    patch.setattr(exports, "still_sees", lambda user, made_with: True)


def scope(patch: Patch) -> None:
    patch.setattr(Rights, "scope_allows", lambda self, role: True)


def wide_open(patch: Patch) -> None:
    open_to_all(querysets.ShipmentQuerySet)(patch)
    everything_is_recorded(patch)


FILE = "api:export-file-content"
A, ANYBODY = ("coordinator of a",), ("anonymous",)
LEAKS, STATUS = "leaks", "the policy says"
FENCES = [
    Fence("shipments", open_to_all(querysets.ShipmentQuerySet), ("api:shipment",), A, LEAKS),
    Fence("pages", open_to_all(querysets.ShipmentQuerySet), ("shipment",), A, LEAKS),
    Fence("events", open_to_all(querysets.DeliveryEventQuerySet), ("api:delivery",), A, LEAKS),
    Fence("ledger", open_to_all(querysets.DeliveryLineQuerySet), ("api:lines",), A, LEAKS),
    Fence("operations", open_to_all(querysets.OperationQuerySet), ("api:operations",), A, LEAKS),
    Fence("exports", open_to_all(querysets.ExportFileQuerySet), ("api:export",), A, LEAKS),
    Fence("files", files_for_all, (FILE,), A, LEAKS),
    Fence("imports", open_to_all(querysets.ImportRunQuerySet), ("api:import",), A, LEAKS),
    Fence(
        "saved queries", open_to_all(querysets.SavedQueryQuerySet), ("api:saved-queries",), A, LEAKS
    ),
    Fence("snapshots", open_to_all(querysets.SnapshotQuerySet), ("api:snapshot",), A, LEAKS),
    Fence("tokens", open_to_all(ApiTokenQuerySet), ("api:tokens",), A, LEAKS),
    Fence(
        "statements",
        open_to_all(querysets.ReportedFigureQuerySet),
        ("api:reported-figures",),
        A,
        LEAKS,
    ),
    Fence("earlier shipments", earlier_shipments_for_all, ("api:shipment",), A, LEAKS),
    Fence("earlier, on pages", earlier_shipments_for_all, ("shipment",), A, LEAKS),
    Fence("needs", open_to_all(querysets.NeedLineQuerySet), ("api:needs",), A, LEAKS),
    Fence("coverage", open_to_all(querysets.CoverageQuerySet), ("api:coverage",), A, LEAKS),
    Fence("places", open_to_all(DestinationQuerySet), ("api:destinations",), ANYBODY, LEAKS),
    Fence("donors", open_to_all(catalogue.MergeableQuerySet), ("api:donors",), ANYBODY, LEAKS),
    Fence("coordinates", coordinates_for_all, ("api:destinations",), A, LEAKS),
    Fence("embargo", no_embargo, ("api:deliveries", "api:lines"), ANYBODY, LEAKS),
    Fence("reduced lists", whole_rows_for_all, ("api:shipments",), ANYBODY, LEAKS),
    Fence("reduced pages", whole_pages_for_all, ("shipment",), ANYBODY, LEAKS),
    Fence("right to record", everything_is_recorded, ("api:shipment-dispatch",), A, STATUS),
    Fence("roles", all_may_post, ("api:donors",), A, STATUS),
    Fence("scope", scope, ("api:deliveries",), ("token to read",), STATUS),
    Fence("disabled", the_disabled_stay, ("shipment-new",), ("disabled",), STATUS),
    Fence("end of tokens", tokens_live_for_ever, ("api:lines",), ("token run out",), STATUS),
    Fence("taken back", tokens_live_for_ever, ("api:lines",), ("token taken back",), STATUS),
    Fence("CSRF on pages", no_csrf, ("shipment-new",), A, STATUS, forged=True),
    Fence("CSRF in the API", no_csrf, ("api:deliveries",), A, STATUS, forged=True),
    Fence("worlds", wide_open, ("api:shipment-dispatch",), A, "wrote into a foreign world"),
    Fence("safe methods", reading_writes, ("shipment-list",), A, "reading wrote"),
    Fence("one 404", telling_foreign_from_missing, ("shipment",), A, "foreign and missing differ"),
]
