"""Pages of the browser. Who may not see a thing gets the page of what does not exist.

A reader without an account is led to log in instead, existing or not.
"""

from typing import Any

from tests.matrix.policy import page

SENT = {"reference": "sent"}
DRAFT = {"reference": "draft"}
FRESH = {"reference": "fresh"}
PLANNED = {"reference": "planned", "step": "=dispatch"}
EVENT = {"key": "event received"}
FRESH_EVENT = {"key": "event dispatched"}
RUN = {"number": "import"}
SAVED = {"code": "saved query"}
DONE = {"number": "import done"}
OURS: dict[str, Any] = {"anonymous": 302, "stranger": 404, "reader": "200/404/404"}
# Only coordinators record: others are led to log in, or told that they may not.
NOT_OURS: dict[str, Any] = {"anonymous": 302, "stranger": 403, "reader": 403}
WRITES: dict[str, Any] = {**NOT_OURS, "refused": "400"}
# What cannot be done is said on the page of the shipment.
MENDS: dict[str, Any] = {**NOT_OURS, "refused": "302"}

PAGES = [
    page("overview", anonymous=200),
    page("help", anonymous=200),
    page("shipment-list", anonymous=200),
    page("line-list", anonymous=200),
    page("data", anonymous=200),
    page("statements", anonymous=200),
    page("coverage", anonymous=200),
    page("snapshot-list", anonymous=200),
    page("snapshot-list", "POST", body="figures typed", **{**WRITES, "reader": 302}),
    page(
        "snapshot",
        at={"code": "snapshot"},
        anonymous="200/302/302",
        stranger="200/404/404",
        # One that was published for everybody is no secret elsewhere.
        reader="200/200|404/404",
    ),
    page("saved-list", anonymous=302, stranger=200),
    page("saved-list", "POST", body="question typed", **{**WRITES, "reader": 302}),
    page("saved-query", at=SAVED, **OURS),
    page("saved-short", at=SAVED, **{**OURS, "reader": "302/404/404"}),
    page(
        "saved-action",
        "POST",
        at={**SAVED, "action": "=version"},
        body="question",
        **{**OURS, "reader": "302/404/404"},
    ),
    page("dictionary", anonymous=200),
    page("import-list", anonymous=302, stranger=200),
    page(
        "import-list", "POST", body="upload", refused="400", **NOT_OURS, recorder=302, manager=400
    ),
    page("import", at=RUN, **OURS),
    page("import-problems", at=RUN, **OURS),
    page(
        "import-action",
        "POST",
        at={**DONE, "action": "=undo"},
        body="nothing",
        refused="302",
        anonymous=302,
        stranger=404,
        reader="403/404/404",
        recorder="302/404/404",
        manager="403/403/404",
    ),
    page(
        "import-corrected",
        "POST",
        at=DONE,
        body="nothing",
        refused="302",
        anonymous=302,
        stranger=404,
        reader="403/404/404",
        recorder="302/404/404",
        manager="403/403/404",
    ),
    page("import-template", at={"kind": "=donors"}, anonymous="200|302", stranger=200),
    page("search", anonymous="200|302", query="q={word}"),
    page(
        "shipment",
        at=SENT,
        anonymous="200/302/302",
        stranger="200/404/404",
        # What everybody sees of a public one is no secret elsewhere.
        reader="200/200|404/404",
        also={"incoming planned": "200", "incoming sent": "200"},
    ),
    page("waybill", at=SENT, anonymous=302),
    page("choices", at={"kind": "=donor"}, query="q=common", **NOT_OURS, recorder=200),
    page("record-delivery", **NOT_OURS, recorder=200),
    page("shipment-new", **NOT_OURS, recorder=200),
    page("shipment-new", "POST", body="draft typed", **WRITES, recorder=302),
    page("shipment-edit", at=DRAFT, **NOT_OURS, recorder="200/404/404"),
    page(
        "shipment-edit",
        "POST",
        at=DRAFT,
        body="draft typed",
        **WRITES,
        recorder="302/404/404",
        also={"incoming planned": "302"},
    ),
    page("shipment-deliver", at=FRESH, **NOT_OURS, recorder="200/404/404"),
    page(
        "shipment-deliver",
        "POST",
        at=FRESH,
        body="delivery typed",
        **WRITES,
        recorder="302/404/404",
        also={"outgoing sent": "302"},
    ),
    page("shipment-step", at=PLANNED, **NOT_OURS, recorder="200/404/404"),
    page(
        "shipment-step",
        "POST",
        at=PLANNED,
        body="step typed",
        **WRITES,
        recorder="302/404/404",
        also={"incoming planned": "400|403"},
    ),
    page("event-correct", at=EVENT, **NOT_OURS, recorder="200/404/404"),
    page(
        "event-correct",
        "POST",
        at=FRESH_EVENT,
        query="way=never",
        body="reason typed",
        **WRITES,
        recorder="302/404/404",
    ),
    page("event-undo", "POST", at=EVENT, body="undo typed", **MENDS, recorder="302/404/404"),
    page("event-answer", "POST", at=EVENT, body="answer typed", **MENDS, recorder="302/404/404"),
    page("login", anonymous=200, stranger="200|302"),
    page("login", "POST", body="wrong log-in", refused="200", anonymous=200, stranger="200|302"),
    page("logout", "POST", body="nothing", refused="302", anonymous=302),
    page("password-change", anonymous=302, stranger=200),
    page("password-change", "POST", body="nothing", refused="200", anonymous=302, stranger=200),
    page("password-set", at={"uidb64": "=MQ", "token": "=x-y"}, anonymous=200),
    page(
        "password-set",
        "POST",
        at={"uidb64": "=MQ", "token": "=x-y"},
        body="nothing",
        refused="200",
        anonymous=200,
    ),
]
