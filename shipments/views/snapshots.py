"""Published totals in the browser: the figures, how to check them, and what was corrected since."""

import json
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from regions.models import Region
from regions.rights import rights_of
from shipments.exports.snapshots import lines_since
from shipments.filters.totals import read_question
from shipments.forms.fields import is_sent, without_complaints
from shipments.forms.saved import PublishForm
from shipments.models import Snapshot
from shipments.querysets.errata import Erratum, errata_of
from shipments.querysets.snapshots import maker
from shipments.querysets.totals import PERIODS, TotalsQuery
from shipments.querysets.totals.measures import column_of
from shipments.querysets.totals.plan import Plan
from shipments.services import publish_snapshot
from shipments.views.answers import head_of
from shipments.views.readers import Reader, speaks_illustratively
from shipments.views.refusals import refuse_form
from text.numbers import format_quantity

MOST_SHOWN, MOST_ROWS, MOST_ERRATA = 200, 500, 200


@require_http_methods(["GET", "POST"])
def snapshot_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return publish(request)
    return listed(request, PublishForm())


def listed(request: HttpRequest, form: PublishForm, status: int = 200) -> HttpResponse:
    rows = Snapshot.objects.visible_to(request.user).select_related("operation")
    context = {
        "form": form,
        "keeps": rights_of(request.user).keeps,
        "rows": rows.defer("content")[:MOST_SHOWN],
        "demo": speaks_illustratively(request.user),
    }
    return render(request, "shipments/snapshot_list.html", context, status=status)


@login_required
def publish(request: HttpRequest) -> HttpResponse:
    by = Reader.of(request).person
    form = PublishForm(request.POST)
    if not is_sent(request):
        without_complaints([form])
        return listed(request, form)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = publish_snapshot(
                title=said["title"],
                query=read_question(said["query"]),
                public=said["public"],
                by=by,
                at=timezone.now(),
            )
            return redirect("snapshot", code=made.code)
        except ValidationError as refused:
            refuse_form(form, refused)
    return listed(request, form, status=400)


@require_safe
def snapshot_page(request: HttpRequest, code: str) -> HttpResponse:
    rows = Snapshot.objects.visible_to(request.user).select_related("operation")
    named = rows.annotate(maker=maker(request.user, "made_by__name"))
    snapshot: Any = named.coded(code).first()
    if snapshot is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if snapshot is None:
        raise Http404
    query = read_question(snapshot.query)
    errata = errata_of(snapshot, query)
    context = {
        "snapshot": snapshot,
        "regions": Region.objects.filter(code__in=snapshot.regions).order_by("code"),
        "table": table_of(json.loads(snapshot.content), query),
        "errata": [erratum_shown(cell, snapshot, query) for cell in errata.cells[:MOST_ERRATA]],
        "more": max(len(errata.cells) - MOST_ERRATA, 0),
        "as_published": errata.as_published,
        "compared_at": errata.compared_at,
        "demo": speaks_illustratively(request.user),
        "maker": "" if Reader.of(request).reduced else snapshot.maker,
    }
    return render(request, "shipments/snapshot.html", context)


def table_of(content: dict[str, Any], query: TotalsQuery) -> dict[str, Any]:
    """This will lay the published figures out, a dimension by its name where it has one."""
    measures = Plan(query).columns
    shown = [c for c in content["columns"] if f"{c}_name" not in content["columns"]]
    rows = [
        [cell(row[c], number=c in measures) | {"period": c in PERIODS} for c in shown]
        for row in content["results"]
    ]
    return {
        "heads": [{"name": head_of(c, column_of(c)), "number": c in measures} for c in shown],
        "rows": rows[:MOST_ROWS],
        "cut": max(len(rows) - MOST_ROWS, 0),
        "total": [cell(content["total"].get(c), number=c in measures) for c in shown],
    }


def cell(value: Any, *, number: bool) -> dict[str, Any]:
    if value is None:
        return {"text": "–", "number": number}
    return {"text": format_quantity(Decimal(str(value)), 3) if number else value, "number": number}


def erratum_shown(erratum: Erratum, snapshot: Snapshot, query: TotalsQuery) -> dict[str, Any]:
    names = [erratum.row.get(f"{d}_name") or erratum.row.get(d) or "–" for d in query.by]
    return {
        "names": names if erratum.row else [],
        "measure": head_of(erratum.measure, column_of(erratum.measure)),
        "was": cell(erratum.was, number=True)["text"],
        "now": cell(erratum.now, number=True)["text"],
        "difference": signed(erratum.difference),
        "lines": f"{reverse('line-list')}?{lines_since(erratum, snapshot.as_of)}",
    }


def signed(difference: Decimal | None) -> str:
    if difference is None:
        return "–"
    return f"{'+' if difference > 0 else ''}{format_quantity(difference, 3)}"
