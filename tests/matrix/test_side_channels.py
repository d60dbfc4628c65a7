"""What could be learned round a corner: by searching, filtering, guessing and adding up."""

import json
from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q, Sum

from accounts.models import User
from regions.models import Grant
from shipments.models import DeliveryLine
from shipments.services.exports import request_export
from shipments.tasks import make_export_file
from tests.matrix.bodies import delivery, fixed_key, said_at, shipment
from tests.matrix.canaries import found_in
from tests.matrix.harness import Stage
from tests.matrix.names import Names
from tests.matrix.oracles import masked
from tests.matrix.strictness import Told, send
from text.check_digits import parse_reference

QUESTIONS = (
    "/search/?q={waybill}",
    "/search/?q={code of received}",
    "/search/?q={sent}",
    "/shipments/{sent}/",
    "/shipments/{sent}/deliver/",
    "/w/{sent}",
    "/search/?q={saved query}",
    "/search/?q={snapshot}",
    "/shipments/?operation={operation}",
    "/api/v1/shipments?operation={operation}",
    "/api/v1/lines?shipment={sent}",
    "/api/v1/deliveries?shipment={sent}",
    "/api/v1/totals?by=shipment&measure=sent_kg&operation={operation}",
    "/api/v1/reported-figures?operation={operation}",
    "/deliveries/new/?words={waybill}",
)


def without(told: Told, question: str, names: Names) -> str:
    """This will write out an answer with what was asked for blanked."""
    text = masked(told.body.decode(), [])
    for _text, thing, _format, _conversion in Formatter().parse(question):
        if thing:
            text = text.replace(names[thing], "*").replace(names[thing].replace("-", ""), "*")
    return text


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ["coordinator of a", "nobody", "anonymous"])
def test_asking_for_a_foreign_thing_is_asking_for_nothing(
    stage: Stage, question: str, name: str
) -> None:
    who = stage.people[name]
    foreign, missing = stage.names["b"], stage.nothing["b"]
    # A code that is only mistyped would be told so: what is missing has the right check digit.
    assert parse_reference(missing["sent"]).verdict == "right"
    told = [send(stage, who, "GET", question.format_map(n.things)) for n in (foreign, missing)]
    assert told[0].status == told[1].status < 500
    assert found_in(told[0].body.decode(), frozenset(), who.numbers) == []
    assert without(told[0], question, foreign) == without(told[1], question, missing)


def post(stage: Stage, name: str, path: str, body: Any) -> dict[str, Any]:
    """This will send and keep what it writes; the caller undoes it."""
    who = stage.people[name]
    answer = who.client.generic(
        "POST", path, json.dumps(body).encode(), content_type="application/json", **who.headers
    )
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = json.loads(answer.content)
    return told


def test_no_list_of_choices_tells_where_foreign_aid_goes(stage: Stage) -> None:
    for name in ("nobody", "anonymous"):
        told = send(stage, stage.people[name], "GET", "/shipments/")
        assert f'value="{stage.names["b"]["region"]}"' not in told.body.decode(), name


@pytest.fixture
def undone(stage: Stage) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_waybill_number_guessed_names_no_foreign_shipment(stage: Stage, undone: None) -> None:
    own, foreign = stage.names["a"], stage.names["b"]
    body = {
        **shipment(own),
        "donor": foreign["donor"],
        "documents": [{"kind": "waybill", "number": foreign["waybill"]}],
    }
    made = post(stage, "token to record", "/api/v1/shipments", body)
    path = f"/api/v1/shipments/{made['reference']}"
    step = {"occurred_at": said_at()}
    post(stage, "token to record", f"{path}/plan", {**step, "key": fixed_key(21)})
    sent = post(stage, "token to record", f"{path}/dispatch", {**step, "key": fixed_key(22)})
    assert foreign["operation"] not in str(sent)
    assert "waybill_used_before" not in [warning["code"] for warning in sent["warnings"]]


def test_a_quantity_guessed_names_no_foreign_delivery(stage: Stage, undone: None) -> None:
    own, foreign = stage.names["a"], stage.names["b"]
    late = stage.lands["b"].marks.late
    line = {"item": foreign["item"], "quantity": str(late), "unit": "piece"}
    body = {**shipment(own), "donor": foreign["donor"], "lines": [line]}
    made = post(stage, "token to record", "/api/v1/shipments", body)
    path = f"/api/v1/shipments/{made['reference']}"
    at = stage.lands["b"].events["late"].occurred_at.isoformat()
    for number, verb in ((31, "plan"), (32, "dispatch")):
        post(
            stage,
            "token to record",
            f"{path}/{verb}",
            {"occurred_at": at, "key": fixed_key(number)},
        )
    said = {
        **delivery(own),
        "shipment": made["reference"],
        "occurred_at": at,
        "place": foreign["hub"],
        "lines": [{"line": 1, "received": str(late)}],
    }
    told = post(stage, "token to record", "/api/v1/deliveries", said)
    assert "near_duplicate" not in [warning["code"] for warning in told["warnings"]]
    assert foreign["operation"] not in str(told)


@pytest.mark.parametrize("end", ["nothing", "the grant", "the account"])
def test_what_waits_in_a_queue_is_made_with_the_rights_of_that_moment(
    stage: Stage, undone: None, end: str
) -> None:
    user = stage.people["coordinator of a"].user
    assert user is not None
    export = request_export(by=user, resource="deliveries", query="", file_format="csv", rows=9)
    if end == "the grant":
        Grant.objects.filter(user=user).delete()
    elif end == "the account":
        User.objects.filter(pk=user.pk).update(is_active=False)
    make_export_file(str(export.pk))
    export.refresh_from_db()
    with export.file.open() as file:
        written = file.read().decode()
    public = stage.people["nobody"]
    leaks = found_in(written, public.words, public.numbers)
    assert bool(leaks) == (end == "nothing"), leaks


def test_totals_add_up_what_may_be_seen_and_nothing_else(stage: Stage) -> None:
    country = stage.lands["a"].country.path
    place = "event__shipment__{}__region__path__startswith"
    mine = Q(**{place.format("origin"): country}) | Q(**{place.format("destination"): country})
    # What goes onward was sent before, and counts once.
    first = DeliveryLine.objects.filter(mine, outcome="sent", line__from_line=None)
    sent = first.aggregate(Sum("quantity"))
    told = send(stage, stage.people["analyst of a"], "GET", "/api/v1/totals?by=unit&measure=sent")
    assert Decimal(json.loads(told.body)["total"]["sent"]) == sent["quantity__sum"]


def test_public_totals_end_where_the_embargo_begins(stage: Stage) -> None:
    marks = stage.lands["p"].marks
    told = send(
        stage, stage.people["anonymous"], "GET", "/api/v1/totals?by=unit&measure=sent,received"
    )
    total = json.loads(told.body)["total"]
    assert (int(total["sent"]), int(total["received"])) == (marks.sent, marks.received)
