"""The search box: a code goes straight to its shipment, words find shipments."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from regions.models import Destination
from shipments.models import (
    DeliveryEvent,
    Donor,
    Item,
    Operation,
    SavedQuery,
    Snapshot,
    TransportDocument,
)
from shipments.views.listing import loads_of, rows_shown
from shipments.views.lookups import for_coordinators, is_shown, not_among, proposed, seen
from shipments.views.naming import PlaceNames, named, place_label
from shipments.views.readers import (
    Reader,
    from_standpoint,
    speaks_illustratively,
    standpoints,
)
from text.check_digits import (
    ReadCode,
    parse_event_code,
    parse_lettered_code,
    parse_reference,
)

LONGEST = 200
MOST_FOUND = 25
MOST_OFFERED = 20


@require_safe
@from_standpoint
def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    reader = Reader.of(request)
    if page := coded_page(request, typed):
        return page
    read = read_reference(request, typed)
    if read.verdict == "right":
        return to_shipment(request, read.canonical or typed)
    event = parse_event_code(typed)
    if event.verdict == "right":
        return to_event(request, event.canonical or typed)
    papers = [] if reader.reduced else by_paper(request, typed)
    if len(papers) == 1:
        return redirect("shipment", reference=papers[0])
    return found(request, reader, typed, read)


CODED = ((SavedQuery.objects, "saved-query"), (Snapshot.objects, "snapshot"))


def coded_page(request: HttpRequest, typed: str) -> HttpResponse | None:
    """This will lead the code of a saved question or of published figures to its page.

    None for one that the reader may not see; without an account that leads to log-in.
    """
    for rows, page in CODED:
        coded = rows.visible_to(request.user).coded(typed)
        if code := coded.values_list("code", flat=True).first():
            return redirect(page, code=code)
    if has_letter(typed) and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return None


def has_letter(typed: str) -> bool:
    """This will say whether something reads as such a code, whether there is one or not."""
    return any(
        parse_lettered_code(typed, letter=rows.all().letter).verdict == "right"
        for rows, _page in CODED
    )


def read_reference(request: HttpRequest, typed: str) -> ReadCode:
    """This will read a reference; what reads as another code, too, is one only if it is there."""
    codes = Operation.objects.visible_to(request.user).values_list("code", flat=True)
    read = parse_reference(typed, operation_codes=list(codes))
    if has_letter(typed) and not is_shown(request, read.canonical or typed):
        return ReadCode("not_a_code", read.normalised)
    return read


def to_shipment(request: HttpRequest, reference: str) -> HttpResponse:
    if is_shown(request, reference):
        return redirect("shipment", reference=reference)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("shipment", args=[reference]))
    return not_among(request, reference)


def to_event(request: HttpRequest, code: str) -> HttpResponse:
    for user in (request.user, AnonymousUser()):
        events = DeliveryEvent.objects.visible_to(user).filter(code=code)
        if reference := events.values_list("shipment__reference", flat=True).first():
            return redirect(f"{reverse('shipment', args=[reference])}#{code}")
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return not_among(request, code)


def by_paper(request: HttpRequest, number: str) -> list[str]:
    """This will find shipments by the exact number of one of their documents."""
    papers = TransportDocument.objects.filter(
        number__iexact=number, shipment__in=seen(request).values("pk")
    )
    return list(papers.values_list("shipment__reference", flat=True).distinct()[:2])


def found(request: HttpRequest, reader: Reader, typed: str, read: ReadCode) -> HttpResponse:
    visible = seen(request)
    matching = visible.searched_by_public(typed) if reader.reduced else visible.searched(typed)
    shipments = list(matching.with_names().order_by("-id")[: MOST_FOUND + 1]) if typed else []
    shown = shipments[:MOST_FOUND]
    places = PlaceNames.on_page(
        [place for s in shown for place in (s.origin, s.destination)], reduced=reader.reduced
    )
    wrong = read.verdict == "wrong_check_digit"
    context = {
        "typed": typed,
        "search_text": typed,
        "rows": rows_shown(shown, places, at=timezone.now(), loads=loads_of(shown)),
        "inside": not reader.reduced,
        **standpoints(request, reader),
        "more": len(shipments) > MOST_FOUND,
        "most": MOST_FOUND,
        "wrong_digit": wrong,
        "proposed": proposed(request, read) if wrong else [],
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/search.html", context)


@require_safe
@for_coordinators
def choices(request: HttpRequest, kind: str) -> HttpResponse:
    """What a text box for a name suggests while one types."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    questions = {
        "item": (Item.objects, named),
        "donor": (Donor.objects, named),
        "destination": (Destination.objects.select_related("region"), place_label),
    }
    if kind not in questions:
        raise Http404
    rows, label = questions[kind]
    matching = rows.visible_to(request.user).current().named(typed)[:MOST_OFFERED]  # type: ignore[attr-defined]
    return JsonResponse({"names": [label(row) for row in matching]})
