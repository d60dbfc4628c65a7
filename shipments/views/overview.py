"""The first page: what was sent, what arrived, where and when, and what was said about it."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shipments.filters.shipments import overdue
from shipments.models import DeliveryEvent, DeliveryLine, Operation, Shipment
from shipments.querysets.totals import Sums, TotalsQuery, answer_several
from shipments.views.charts import map_shown, months_shown
from shipments.views.naming import PlaceNames, named, other_language
from shipments.views.pages import lines_address
from shipments.views.readers import Reader
from shipments.views.sentences import DELIVERED, event_sentence
from shipments.views.statements import first_statements, set_out
from text.numbers import format_quantity, format_weight

MOST_EVENTS = 6
NOTHING = Decimal(0)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    reader = Reader.of(request)
    language = get_language() or settings.LANGUAGE_CODE
    operations = list(Operation.objects.visible_to(request.user).in_language_order(language))
    by_region, by_month = totals_of(reader)
    events = latest_events(reader)
    said = first_statements(reader)
    shown = [*(event.place for event in events), *(figure.region for figure in said)]
    places = PlaceNames.on_page(shown, reduced=reader.reduced)
    context = {
        "heading": heading(operations),
        "figures": figures(by_region.total, reader),
        "unweighed": without_weight(by_region.total),
        "map": map_shown(by_region),
        "months": months_shown(by_month),
        "events": [(event, event_sentence(event, places)) for event in events],
        "statements": set_out(said, reader, places),
        "demo": any(operation.illustrative for operation in operations),
        "empty": not operations,
        "sees_part": reader.sees_part,
    }
    return render(request, "shipments/overview.html", context)


def totals_of(reader: Reader) -> list[Sums]:
    """This will ask at once for the totals of the page: by region, and by month and category."""
    language = other_language()
    measures = ("received_kg", "damaged_kg", "lost_kg", "lines_without_weight")
    by_region = TotalsQuery(by=("region",), measures=measures, lang=language)
    by_month = TotalsQuery(by=("month", "category"), measures=("received_kg",), lang=language)
    return answer_several((by_region, by_month), reader.user)


def heading(operations: list[Operation]) -> str:
    if len(operations) == 1:
        return named(operations[0])
    return ngettext("%(count)d operation", "%(count)d operations", len(operations)) % {
        "count": len(operations)
    }


def figures(total: dict[str, Any], reader: Reader) -> list[dict[str, Any]]:
    """This will make the four figures, each with the address of the rows behind it."""
    count = counted(reader)
    shipments = reverse("shipment-list")
    words = ngettext("shipment", "shipments", count["all"])
    return [
        {"number": format_quantity(count["all"], 0), "words": words, "href": shipments},
        {
            "number": weighed(total, "received_kg", decimals=0),
            "words": _("delivered"),
            "href": lines_address(outcome="received"),
        },
        {
            "number": weighed(total, "damaged_kg", "lost_kg", decimals=1),
            "words": _("damaged or lost"),
            "href": lines_address(outcome="damaged,lost"),
        },
        {
            "number": format_quantity(count["overdue"], 0),
            "words": _("overdue"),
            "href": f"{shipments}?overdue=true",
            "attention": bool(count["overdue"]),
        },
    ]


def counted(reader: Reader) -> dict[str, int]:
    visible = Shipment.objects.visible_to(reader.user).as_seen_by(reader.user)
    late = ExpressionWrapper(overdue(), output_field=BooleanField())
    found: dict[str, int] = visible.annotate(late=late).aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(late=True))
    )
    return found


def weighed(total: dict[str, Any], *columns: str, decimals: int) -> str:
    """This will add up weights; unknown is a dash and never zero."""
    known = [total[column] for column in columns if total[column] is not None]
    if not known and total["lines_without_weight"]:
        return "–"
    return format_weight(sum(known, NOTHING), decimals=decimals)


def without_weight(total: dict[str, Any]) -> str:
    """This will say how many lines the weights leave out, since unknown is not zero."""
    count = total["lines_without_weight"]
    if not count:
        return ""
    return ngettext(
        "%(count)d line has no known weight and is left out.",
        "%(count)d lines have no known weight and are left out.",
        count,
    ) % {"count": count}


def latest_events(reader: Reader) -> list[DeliveryEvent]:
    """This will read the newest deliveries, with what a sentence about them needs."""
    lines = DeliveryLine.objects.select_related("line__item").order_by("line__position", "pk")
    events = (
        DeliveryEvent.objects.visible_to(reader.user)
        .effective()
        .filter(kind__in=tuple(DELIVERED))
        .select_related("place__region", "shipment__operation", "shipment__destination__region")
        .prefetch_related(Prefetch("lines", lines))
    )
    return list(events.order_by("-occurred_at", "-pk")[:MOST_EVENTS])
