"""Turning what is reported of a line into ledger rows that keep the balance closed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shipments.models.fields import unit_decimals, unit_word
from shipments.models.ledger import ACCOUNTED, MILESTONES, WITH_DAMAGE, EventKind, Outcome
from shipments.models.reports import DeliveryReport, LineReport
from shipments.services.answers import plain
from shipments.services.book import Balance, LedgerRow
from shipments.services.judging import all_of, require_bounds, require_decimals
from shipments.services.refusals import refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What each kind of delivery may count. What is handed over or distributed counts as received too.
COUNTS: Mapping[str, tuple[str, ...]] = {
    EventKind.RECEIVED: (
        Outcome.RECEIVED,
        Outcome.DAMAGED,
        Outcome.LOST,
        Outcome.RETURNED,
    ),
    EventKind.HANDED_OVER: (
        Outcome.HANDED_OVER,
        Outcome.DAMAGED,
        Outcome.LOST,
        Outcome.RETURNED,
    ),
    EventKind.DISTRIBUTED: (
        Outcome.DISTRIBUTED,
        Outcome.DAMAGED,
        Outcome.LOST,
        Outcome.RETURNED,
    ),
    EventKind.RETURNED: (Outcome.RETURNED,),
    EventKind.LOST: (Outcome.LOST,),
}


def account(report: DeliveryReport, balances: dict[int, Balance]) -> list[LedgerRow]:
    """This will turn the lines of a report into ledger rows, or refuse all that is wrong."""
    refusals: list[ValidationError] = []
    rows: list[LedgerRow] = []
    seen: set[int] = set()
    for index, line in enumerate(report.lines):
        try:
            require_known_line(line, f"lines/{index}", balances, seen)
            seen.add(line.line)
            rows += account_line(report, line, f"lines/{index}", balances[line.line])
        except ValidationError as error:
            refusals.append(error)
    refused = all_of(refusals)
    if refused:
        raise refused
    if not rows:
        raise refusal("lines", "no_lines", _("Enter a quantity above zero for at least one line."))
    return rows


def require_known_line(
    line: LineReport, field: str, balances: dict[int, Balance], seen: set[int]
) -> None:
    if line.line not in balances:
        raise refusal(
            f"{field}/line",
            "unknown_line",
            _("The shipment has no line %(line)s. Its lines are %(allowed)s."),
            line=line.line,
            allowed=", ".join(str(position) for position in sorted(balances)),
        )
    if line.line in seen:
        raise refusal(
            f"{field}/line",
            "line_twice",
            _("Line %(line)s appears twice. Give each line once."),
            line=line.line,
        )


def account_line(
    report: DeliveryReport, line: LineReport, field: str, balance: Balance
) -> list[LedgerRow]:
    for countable in (*ACCOUNTED, *MILESTONES):
        require_countable(report, line, countable, field, balance)
    require_scale(line, field)
    require_reason(line, field)
    milestone = next((m for m in MILESTONES if line.quantity(m)), None)
    outcomes = COUNTS[EventKind.RECEIVED]
    taken: dict[str, Decimal] = {outcome: line.quantity(outcome) for outcome in outcomes}
    in_store = Decimal(0)
    if milestone:
        # What had not been received before is received by being handed over or distributed.
        ready = balance.counted[Outcome.RECEIVED] - balance.counted[milestone]
        in_store = min(ready, line.quantity(milestone))
        taken[Outcome.RECEIVED] = line.quantity(milestone) - in_store
    beyond = beyond_outstanding(report, line, field, balance, taken, in_store)
    rows = []
    for outcome, quantity in taken.items():
        if quantity:
            surplus = min(beyond, quantity)
            beyond -= surplus
            scale = line.scale_kg if outcome == Outcome.RECEIVED else None
            rows.append(balance.take(outcome, quantity, surplus=surplus, scale_kg=scale))
    if milestone:
        rows.append(balance.take(milestone, line.quantity(milestone)))
    totals = (balance.accounted, *balance.counted.values(), *balance.weighed.values())
    require_bounds(f"{field}/line", max(totals))
    return rows


def require_countable(
    report: DeliveryReport, line: LineReport, outcome: str, field: str, balance: Balance
) -> None:
    quantity = line.quantity(outcome)
    if not quantity:
        return
    require_bounds(f"{field}/{outcome}", quantity)
    if quantity < 0:
        raise refusal(
            f"{field}/{outcome}",
            "negative",
            _("Enter 0 or more. To take something back, reverse the event that recorded it."),
        )
    if outcome not in COUNTS[report.kind]:
        raise refusal(
            f"{field}/{outcome}",
            "outcome_not_of_kind",
            _("An event of kind %(kind)s cannot count %(outcome)s. It counts: %(allowed)s."),
            kind=report.kind,
            outcome=outcome,
            allowed=", ".join(COUNTS[report.kind]),
        )
    require_decimals(f"{field}/{outcome}", quantity, unit_decimals(balance.line.unit))


def require_scale(line: LineReport, field: str) -> None:
    if line.scale_kg is None:
        return
    require_bounds(f"{field}/scale_kg", line.scale_kg)
    if line.scale_kg < 0:
        raise refusal(f"{field}/scale_kg", "negative", _("Enter what the scale showed, in kg."))
    require_decimals(f"{field}/scale_kg", line.scale_kg, 3)


def require_reason(line: LineReport, field: str) -> None:
    """A shortage is outstanding until somebody decides, with a reason, that it is lost."""
    if line.lost and not line.reason.strip():
        raise refusal(
            f"{field}/reason",
            "reason_required",
            _("Say why line %(line)s is lost."),
            line=line.line,
        )


def beyond_outstanding(
    report: DeliveryReport,
    line: LineReport,
    field: str,
    balance: Balance,
    taken: Mapping[str, Decimal],
    in_store: Decimal,
) -> Decimal:
    """This will return how much goes beyond what is outstanding, if the sender means it.

    ``in_store`` is what was entered, too, and had been received before.
    """
    beyond = sum(taken.values(), Decimal(0)) - balance.outstanding
    if beyond <= 0:
        return Decimal(0)
    largest: str = max(taken, key=lambda outcome: taken[outcome])
    if largest == Outcome.RECEIVED and report.kind != EventKind.RECEIVED:
        largest = report.kind
    if not report.surplus:
        raise more_than_outstanding(
            report.kind, f"{field}/{largest}", balance, sum(taken.values(), in_store), in_store
        )
    if not (line.reason.strip() or report.note.strip()):
        raise refusal(
            f"{field}/reason",
            "remark_required",
            _("Say in a remark why line %(line)s has more than was sent."),
            line=line.line,
        )
    return beyond


def more_than_outstanding(
    kind: str, field: str, balance: Balance, entered: Decimal, in_store: Decimal
) -> ValidationError:
    """This will refuse a line, and say the largest number that would have worked."""
    most = balance.outstanding + in_store
    return refusal(
        field,
        "more_than_outstanding",
        what_would_work(kind, most, in_store),
        line=balance.line.position,
        unit=unit_word(balance.line.unit, entered),
        entered=plain(entered),
        most=plain(most),
    )


def what_would_work(kind: str, most: Decimal, in_store: Decimal) -> "StrOrPromise":
    """This will say what to enter; a surplus is proposed only where one can arrive."""
    if kind not in WITH_DAMAGE:
        if most <= 0:
            return _(
                "Line %(line)s: %(entered)s %(unit)s entered, but nothing is outstanding. Enter 0."
            )
        return _(
            "Line %(line)s: %(entered)s %(unit)s entered, %(most)s outstanding. "
            "Enter %(most)s or fewer."
        )
    if most <= 0:
        return _(
            "Line %(line)s: %(entered)s %(unit)s entered, but nothing is outstanding. "
            "Enter 0, or say that it is surplus."
        )
    if in_store:
        return _(
            "Line %(line)s: %(entered)s %(unit)s entered, %(most)s in store or outstanding. "
            "Enter %(most)s or fewer, or say that it is surplus."
        )
    return _(
        "Line %(line)s: %(entered)s %(unit)s entered, %(most)s outstanding. "
        "Enter %(most)s or fewer, or say that it is surplus."
    )
