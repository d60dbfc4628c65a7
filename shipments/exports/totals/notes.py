"""What a reader has to know beside the figures, as sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shipments.querysets.totals import Answer
from shipments.querysets.totals.plan import Plan


def notes_of(answer: Answer) -> list[str]:
    """This will say what was left out of an answer and how it is to be read."""
    plan = Plan(answer.query)
    return [
        *weight_notes(answer, plan),
        *balance_notes(answer, plan),
        *scope_notes(answer),
        *rest_notes(answer, plan),
        *([_("These figures count only what you may see.")] if answer.part else []),
    ]


def weight_notes(answer: Answer, plan: Plan) -> Iterator[str]:
    count = answer.total_without_weight
    if count:
        weights = [measure.name for measure in plan.measures if measure.kind == "weight"]
        names = ", ".join(weights or ["weight_basis"])
        yield ngettext(
            "%(count)s line has no weight and is left out of %(names)s.",
            "%(count)s lines have no weight and are left out of %(names)s.",
            count,
        ) % {"count": count, "names": names}


def balance_notes(answer: Answer, plan: Plan) -> Iterator[str]:
    if not plan.balances:
        return
    names = ", ".join(m.name for m in plan.measures if m.base in plan.balances)
    if any(dimension.cut for dimension in plan.moving):
        yield _(
            "%(names)s: net change within each period, which may be below zero; every row closes."
        ) % {"names": names}
    elif starts_somewhere(answer):
        yield _("%(names)s: net change within the days asked for, which may be below zero.") % {
            "names": names
        }
    if "verification" in answer.query.by:
        yield _(
            "%(names)s: change that each level makes in the order reported, documented, "
            "verified, disputed."
        ) % {"names": names}


def starts_somewhere(answer: Answer) -> bool:
    scope = answer.query.scope
    days = (*scope.on("occurred_on"), *scope.on("recorded_on"))
    return any(condition.lookup not in ("lte", "lt") for condition in days)


def scope_notes(answer: Answer) -> Iterator[str]:
    scope = answer.query.scope
    if scope.on("verification"):
        yield _(
            "The level filters what was accounted for, never what was sent; "
            "outstanding includes what is at other levels."
        )
    if scope.as_of is not None:
        yield _(
            "The ledger is as recorded by %(moment)s; names, categories, regions, merges and "
            "statuses are today's."
        ) % {"moment": scope.as_of.isoformat()}
    if not answer.settled:
        yield _("Something was just being recorded; asked again, this answer may differ.")


def rest_notes(answer: Answer, plan: Plan) -> Iterator[str]:
    quantities = [m.name for m in plan.measures if m.kind == "quantity"]
    if quantities and len(answer.units) > 1:
        yield _("Different units are never added up: where they meet, %(names)s is empty.") % {
            "names": ", ".join(quantities)
        }
    if plan.announces:
        yield _(
            "What is announced falls on its planned departure, or else on the day it was entered."
        )
    if answer.query.scope.level:
        yield _("Places in a region above level %(level)s are shown without a region.") % {
            "level": answer.query.scope.level
        }
    if not answer.complete:
        yield ngettext(
            "Only the first %(count)s row is shown; the total counts all.",
            "Only the first %(count)s rows are shown; the total counts all.",
            len(answer.rows),
        ) % {"count": len(answer.rows)}
