"""The API. Order of the checks: 401, 403 or 404, 415, 400."""

from typing import Any

from tests.matrix.policy import LIST_FILES, Row, api

# What everybody may read, reduced for readers without a role.
OPEN: dict[str, Any] = {"anonymous": 200}
# Coordinators record, admins keep reference records; each with a token of enough scope.
RECORDS: dict[str, Any] = {"anonymous": 401, "stranger": 403, "reader": 403}
MANAGES: dict[str, Any] = {**RECORDS, "recorder": 403, "clerk": 403}
ONES_OWN: dict[str, Any] = {"anonymous": 401, "stranger": 200}
FORMATS = ("json", "csv", "xlsx", "ndjson")
TYPED = (*LIST_FILES, "parquet")
MAPS = (*FORMATS, "geojson")


def reference_data(
    plural: str, word: str, thing: str, *, seen: dict[str, Any], files: tuple[str, ...] = FORMATS
) -> list[Row]:
    """This will make the rows of records that all with a role read, and admins keep."""
    at = {"key": thing}
    return [
        api(plural, files=files, **OPEN),
        api(plural, "POST", body=word, **MANAGES, manager=201, chief=201),
        api(word, at=at, **seen),
        api(
            word,
            "PATCH",
            at=at,
            body="rename",
            refused="200",
            **MANAGES,
            manager="200/404/404",
            chief="200/404/404",
        ),
    ]


def step(verb: str, thing: str, **given: Any) -> Row:
    """This will make the row of a step of a shipment."""
    return api(
        f"shipment-{verb}",
        "POST",
        **{"at": {"key": thing}, "body": "step", **RECORDS, "recorder": "201/404/404", **given},
    )


COMMON = {"anonymous": "200/404/404", "stranger": "200/404/404", "reader": "200/200/404"}
PLACES = {"anonymous": "404", "stranger": "404", "reader": "200/200/404"}
EVERYBODYS = {"anonymous": "200/200/404"}
SCOPED = {"anonymous": "200/404/404"}
SEEN = {"anonymous": "200/404/404"}
# What everybody sees of a public thing is no secret for those with a role elsewhere.
PUBLISHED = {**SEEN, "stranger": "200/404/404", "reader": "200/200|404/404"}
# One's own files, imports and tokens are nobody else's; who holds no role has no imports.
MINE: dict[str, Any] = {"anonymous": "401|404", "stranger": "200/404/404"}
# A token that only reads or records makes no other, and ends none but itself.
WEAK: dict[str, Any] = {"viewer": 403, "clerk": 403}
TAKEN_BACK: dict[str, Any] = {
    "anonymous": 401,
    "stranger": "204/404/404",
    "viewer": "403/404/404",
    "clerk": "403/404/404",
}
IMPORTS: dict[str, Any] = {"anonymous": "401|404", "stranger": 404, "reader": "200/404/404"}
# Readers see their imports and change nothing; admins keep records and import no deliveries.
IMPORTING: dict[str, Any] = {
    "anonymous": 401,
    "stranger": "403|404",
    "reader": "403|404/403|404/403|404",
    "recorder": "200/404/404",
    "manager": "403/403/404",
}


def verbs_of_imports() -> list[Row]:
    """This will make the rows of what is asked of an import."""
    checked, done = {"key": "import"}, {"key": "import done"}
    last: dict[str, Any] = {"body": "nothing", "refused": "200"}
    return [
        api("import-confirm", "POST", at=checked, body="all rows", **IMPORTING),
        api("import-cancel", "POST", at=checked, **last, **IMPORTING),
        api("import-undo", "POST", at=done, **last, **IMPORTING),
    ]


# Whoever holds a role keeps questions, not with a token that only reads; what is kept is its
# owner's, and of those who see the operation it is shared with.
KEEPS: dict[str, Any] = {"anonymous": 401, "stranger": 403, "reader": 201, "viewer": 403}
KEPT: dict[str, Any] = {"anonymous": 401, "stranger": 404, "reader": "200/404/404"}
KEPT_CHANGED: dict[str, Any] = {**KEPT, "viewer": "403/404/404"}


def saved_queries() -> list[Row]:
    """This will make the rows of saved queries."""
    at = {"key": "saved query"}
    return [
        api("saved-queries", files=FORMATS, **ONES_OWN),
        api("saved-queries", "POST", body="saved query", **KEEPS),
        api("saved-query", at=at, **KEPT),
        api("saved-query", "PATCH", at=at, body="rename", **KEPT_CHANGED),
        api(
            "saved-query-versions",
            "POST",
            at=at,
            body="question",
            **{**KEPT_CHANGED, "reader": "201/404/404"},
        ),
        api("saved-query-retire", "POST", at=at, body="nothing", refused="200", **KEPT_CHANGED),
        api("saved-totals", at=at, **{**KEPT, "anonymous": 404}),
    ]


def snapshots() -> list[Row]:
    """This will make the rows of published totals: everybody reads those of a public operation."""
    at = {"key": "snapshot"}
    return [
        api("snapshots", files=FORMATS, **OPEN),
        api("snapshots", "POST", body="figures", **KEEPS),
        api("snapshot", at=at, **SEEN),
        api("snapshot-content", at=at, **SEEN),
        api("snapshot-errata", at=at, **SEEN),
    ]


API = [
    api("home", anonymous=200, dead=200),
    api("schema", anonymous=200, dead=200),
    api("docs", anonymous=200, dead=200),
    api("dictionary", **OPEN),
    *(
        api("nothing", method, at={}, path="/api/v1/nothing-here", anonymous=404, dead=404)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    *reference_data("operations", "operation", "operation", seen=SCOPED),
    *reference_data("donors", "donor", "donor", seen=COMMON),
    *reference_data("categories", "category", "category", seen=EVERYBODYS),
    *reference_data("items", "item", "item", seen=COMMON),
    *reference_data("regions", "region", "region", seen=EVERYBODYS, files=MAPS),
    *reference_data("destinations", "destination", "hub", seen=PLACES, files=MAPS),
    api("populations", files=FORMATS, **OPEN),
    api("populations", "POST", body="population", **MANAGES, manager=201, chief=201),
    api("reported-figures", files=FORMATS, **OPEN),
    api("reported-figures", "POST", body="figure", **MANAGES, manager=201, chief=201),
    api("needs", files=FORMATS, **OPEN),
    api("needs", "POST", body="need", **MANAGES, manager=201, chief=201),
    api("coverage", files=FORMATS, **OPEN),
    api("shipments", files=LIST_FILES, **OPEN),
    api("shipments", "POST", body="shipment", **RECORDS, recorder=201, manager=403),
    api("shipment", at={"key": "sent"}, also={"incoming sent": "200"}, **PUBLISHED),
    api(
        "shipment",
        "PATCH",
        at={"key": "draft"},
        body="edit",
        refused="200",
        **RECORDS,
        recorder="200/404/404",
        also={"incoming planned": "403", "outgoing planned": "200"},
    ),
    api(
        "shipment",
        "PUT",
        at={"key": "draft"},
        body="shipment",
        **RECORDS,
        recorder="200/404/404",
        also={"incoming planned": "400|403"},
    ),
    step("plan", "draft"),
    step("inspect", "planned", also={"incoming planned": "201"}),
    step("dispatch", "planned", also={"incoming planned": "403", "outgoing planned": "201"}),
    step("depart", "fresh", also={"incoming sent": "403"}),
    step("arrive", "fresh", also={"outgoing sent": "403", "incoming sent": "201"}),
    step("cancel", "planned", also={"incoming planned": "403"}),
    step("close", "complete", also={"outgoing sent": "403"}),
    step("weigh", "fresh", body="weights", also={"incoming sent": "201"}),
    api("deliveries", files=TYPED, **OPEN),
    api("deliveries", "POST", body="delivery", **RECORDS, recorder=201, manager=403),
    api("delivery", at={"key": "event received"}, **PUBLISHED),
    api(
        "delivery-reverse",
        "POST",
        at={"key": "event dispatched"},
        body="reversal",
        **RECORDS,
        recorder="201/404/404",
    ),
    api(
        "delivery-answers",
        "POST",
        at={"key": "event received"},
        body="answers",
        refused="200",
        **RECORDS,
        recorder="200/404/404",
    ),
    api("lines", files=TYPED, **OPEN),
    api("totals", query="by=donor&measure=sent", files=(*FORMATS, "parquet", "hxl.csv"), **OPEN),
    *saved_queries(),
    *snapshots(),
    api("exports", files=FORMATS, **ONES_OWN),
    api("export", at={"key": "export"}, **MINE),
    api("export-file-content", at={"key": "export"}, **MINE),
    api("tokens", files=FORMATS, **ONES_OWN),
    api("tokens", "POST", body="token", **WEAK, anonymous=401, stranger=201, chief=201),
    api(
        "token-revoke",
        "POST",
        at={"key": "token"},
        body="nothing",
        refused="204",
        **TAKEN_BACK,
    ),
    api("imports", files=FORMATS, anonymous=401, stranger=200),
    api("imports", "POST", body="upload", refused="400|415", **RECORDS, recorder=202, manager=403),
    api("import", at={"key": "import"}, **IMPORTS),
    api("import-problems", at={"key": "import"}, **IMPORTS),
    api("import", "PATCH", at={"key": "import"}, body="order of dates", refused="200", **IMPORTING),
    *verbs_of_imports(),
]
