"""Keeping questions about totals: under a name, in versions, until they are retired."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from regions.rights import rights_of
from shipments.models import Operation, SavedQuery, SavedQueryVersion
from shipments.models.saved import LONGEST_NAME
from shipments.querysets.totals import TotalsQuery, check_codes
from shipments.services.refusals import database_refusals, refusal
from text.dates import format_day

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def save_query(
    *, name: str, query: TotalsQuery, by: User, operation: Operation | None = None
) -> SavedQuery:
    """This will keep a question under a name; with an operation whoever sees that sees it too.

    Refuses ``required`` and ``too_long`` names, ``name_used``, ``operation_differs`` for a
    question about more than the operation it is shared with, and codes that ``by`` cannot see.
    """
    require_keeper(by)
    check_codes(query.scope, by)
    check_operation(query, operation)
    with database_refusals(), transaction.atomic():
        saved = SavedQuery(name=free_name(name, by), owner=by, operation=operation)
        saved.save()
        SavedQueryVersion.objects.create(
            saved_query=saved, number=1, query=query.canonical(), made_by=by
        )
        saved.refresh_from_db()
    return saved


def add_version(*, saved: SavedQuery, query: TotalsQuery, by: User) -> SavedQueryVersion:
    """This will let a saved query ask something else from now on; the earlier versions stay.

    The same question again adds nothing. Refuses ``retired`` and what ``save_query`` refuses.
    """
    with database_refusals(), transaction.atomic():
        row = own(saved, by)
        check_codes(query.scope, by)
        check_operation(query, row.operation)
        newest = row.versions.latest("number")
        if newest.query == query.canonical():
            return newest
        return SavedQueryVersion.objects.create(
            saved_query=row, number=newest.number + 1, query=query.canonical(), made_by=by
        )


def rename_query(*, saved: SavedQuery, name: str, by: User) -> SavedQuery:
    """This will give a saved query another name; its address stays."""
    with database_refusals(), transaction.atomic():
        row = own(saved, by)
        row.name = free_name(name, row.owner, but=row)
        row.save(update_fields=["name"])
    return row


def retire_query(*, saved: SavedQuery, by: User, at: datetime) -> SavedQuery:
    """This will end a saved query: its address says so from now on. Nothing is deleted."""
    with transaction.atomic():
        row = own(saved, by)
        row.retired_at = at
        row.save(update_fields=["retired_at"])
    return row


def refuse_retired(saved: SavedQuery) -> None:
    """This will refuse a saved query that answers no more (``retired``)."""
    if saved.retired_at is not None:
        raise refusal(
            "code",
            "retired",
            _("“%(name)s” (%(address)s) was retired on %(day)s. Ask %(owner)s for another."),
            name=saved.name,
            address=saved.code,
            day=format_day(saved.retired_at),
            owner=str(saved.owner),
        )


def require_keeper(by: User) -> None:
    if not rights_of(by).keeps:
        raise PermissionDenied(
            _(
                "Only people with a role keep things here, with a token of the scope record "
                "or manage."
            )
        )


def own(saved: SavedQuery, by: User) -> SavedQuery:
    """This will lock a saved query for its owner, or for an admin when the owner has gone."""
    require_keeper(by)
    rows = SavedQuery.objects.visible_to(by).select_related("operation", "owner")
    row: SavedQuery = rows.select_for_update(of=("self",)).get(pk=saved.pk)
    if row.owner_id != by.pk and not rights_of(by).manages:
        raise PermissionDenied(_("Only its owner changes a saved query. Save it under your name."))
    refuse_retired(row)
    return row


def free_name(name: str, owner: User, but: SavedQuery | None = None) -> str:
    """This will read a name and refuse one that the owner uses already."""
    plain = plain_line(name, "name", LONGEST_NAME, empty=_("Enter a name for the question."))
    others = SavedQuery.objects.live().filter(owner=owner, name=plain)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if (other := others.first()) is not None:
        raise refusal(
            "name",
            "name_used",
            _(
                "You have “%(name)s” already: %(address)s. Give that a new version, or use "
                "another name."
            ),
            name=plain,
            address=other.code,
        )
    return plain


def plain_line(text: str, field: str, longest: int, *, empty: "StrOrPromise") -> str:
    """This will read a line without needless space; refuses ``required`` and ``too_long``."""
    plain = " ".join(text.split())
    if not plain:
        raise refusal(field, "required", empty)
    if len(plain) > longest:
        raise refusal(field, "too_long", _("Use at most %(limit)s characters."), limit=longest)
    return plain


def check_operation(query: TotalsQuery, operation: Operation | None) -> None:
    """This will see to it that a shared question names nothing beyond what it is shared with."""
    if operation is None:
        return
    if query.only_operation != operation.code:
        raise refusal(
            "operation",
            "operation_differs",
            _(
                "Shared with %(operation)s, a question asks for operation=%(operation)s and "
                "no other."
            ),
            operation=operation.code,
        )
