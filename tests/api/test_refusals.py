"""Whatever is wrong, the answer is a problem with a code and a sentence."""

from typing import Any

import pytest

from accounts.models import User
from shipments.exports import LISTINGS
from tests.api.conftest import ApiClient, Ask


@pytest.fixture
def client(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


def problem_of(answer: Any, status: int, code: str) -> dict[str, Any]:
    """This will check that the answer is a problem with this status and code."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) >= {"type", "title", "status", "detail", "instance", "request_id", "errors"}
    assert body["status"] == status
    assert code in [entry["code"] for entry in body["errors"]], body
    assert all(entry["detail"].endswith((".", "?", "…")) for entry in body["errors"]), body
    return body


@pytest.mark.parametrize(
    "path",
    ["nothing", "nothing/", "shipments/x/y/z", "shipments.pdf", "shipments/KA20-9-9", "../x"],
)
def test_an_unknown_address_is_a_problem(client: ApiClient, path: str) -> None:
    problem_of(client.get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize("root", ["/api/v1/", "/api/v1", "/api/v2/"])
def test_a_program_at_the_root_is_told_where_the_description_is(
    client: ApiClient, root: str
) -> None:
    body = problem_of(client.get(root), 404, "not_found")
    assert "described at /api/." in body["detail"]


def test_an_unknown_parameter_is_refused_with_the_one_meant(client: ApiClient) -> None:
    for name in LISTINGS:
        body = problem_of(client.get(f"/api/v1/{name}?limt=5"), 400, "unknown_parameter")
        (entry,) = body["errors"]
        assert entry["param"] == "limt"
        assert "Did you mean “limit”?" in entry["detail"]
        assert "limit" in entry["allowed"]


PATHS = [
    "password__startswith=a",
    "recorded_by__password=x",
    "id=1",
    "pk=1",
    "operation__regions__grant__user=1",
    "q__regex=(a%2B)%2B$",
    "order=-id",
    "donor__code=x",
    "status__regex=.*",
    "LIMIT=5",
]


def test_paths_of_the_database_are_no_parameters(client: ApiClient) -> None:
    for name in LISTINGS:
        for query in PATHS:
            problem_of(client.get(f"/api/v1/{name}?{query}"), 400, "unknown_parameter")


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("shipments?limit=0", "limit"),
        ("shipments?limit=1001", "limit"),
        ("shipments?limit=1000000000", "limit"),
        ("shipments?limit=NaN", "limit"),
        ("shipments?limit=1e3", "limit"),
        ("shipments?offset=-1", "offset"),
        ("shipments?count=2", "count"),
        ("shipments?cursor=abc", "cursor"),
        ("shipments?cursor=%F0%9F%98%80", "cursor"),
        ("shipments?cursor=WyJkb25vcnMiLCJuIixbIngiXV0=", "cursor"),
        ("shipments?cursor=WyJzaGlwbWVudHMiLCJuIixbIngiXV0=", "cursor"),
        ("shipments?status=receved", "status"),
        ("shipments?donor=nobody", "donor"),
        ("shipments?region=XX", "region"),
        ("shipments?dispatched_at__gte=yesterday", "dispatched_at__gte"),
        ("shipments?dispatched_at__gte=2020-11-01T00:00:00", "dispatched_at__gte"),
        ("shipments?dispatched_at__isnull=1", "dispatched_at__isnull"),
        ("shipments?lang=de", "lang"),
        ("shipments?status=received&status=closed", "status"),
        ("shipments?format=pdf", "format"),
        ("shipments.csv?limit=5", "limit"),
        ("shipments.csv?bom=2", "bom"),
        ("shipments.geojson", "format"),
        ("deliveries?key=1", "key"),
        ("deliveries?occurred_on__gte=2020-13-01", "occurred_on__gte"),
        ("lines?quantity__gte=Infinity", "quantity__gte"),
        ("lines?quantity__gte=1e400", "quantity__gte"),
        ("lines?quantity__gte=0.0001", "quantity__gte"),
        ("regions?level=7", "level"),
    ],
)
def test_an_unknown_value_is_refused(client: ApiClient, path: str, param: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert [entry["param"] for entry in answer.json()["errors"]] == [param]


@pytest.mark.parametrize("query", ["q=%00", "q=%FF", "q=%ED%A0%80", "%00=1"])
def test_a_query_that_is_no_text_is_refused(client: ApiClient, query: str) -> None:
    answer = client.get(f"/api/v1/shipments?{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_an_empty_parameter_counts_as_not_given(client: ApiClient) -> None:
    assert client.read("shipments?limit=&status=&offset=&donor=")["count"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "required"),
        ("{", "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        ('{"a": NaN}', "not_finite"),
        ('{"a": Infinity}', "not_finite"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": "\\u0000"}', "not_text"),
        ('{"a": "\\ud800"}', "not_text"),
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 50 + "1" + "}" * 50, "too_deep"),
        ('{"a": ' + "9" * 5000 + "}", "too_large"),
        ("[]", "blank"),
        ("1", "not_an_object"),
        ("null", "not_an_object"),
        ('"x"', "not_an_object"),
        ("[1]", None),
        ("[" + ",".join(["{}"] * 501) + "]", "too_many"),
    ],
)
def test_a_body_that_is_not_right_is_refused(
    as_user: Ask, amina: User, body: Any, code: str | None
) -> None:
    answer = as_user(amina).send("deliveries", body)
    if code is None:
        assert answer.json()["results"][0]["status"] == 400
    else:
        problem_of(answer, 400, code)


def test_another_media_type_is_refused(as_user: Ask, amina: User) -> None:
    for kind in ("text/plain", "multipart/form-data; boundary=x", "", "application/xml"):
        answer = as_user(amina).send("deliveries", "{}", content_type=kind)
        problem_of(answer, 415, "unsupported_media_type")
    answer = as_user(amina).send(
        "deliveries", "{}", content_type="application/json; charset=utf-16"
    )
    problem_of(answer, 415, "unsupported_media_type")


def test_who_is_not_signed_in_is_asked_before_the_body_is_read(as_user: Ask, chen: User) -> None:
    answer = as_user(None).send("deliveries", "{", content_type="text/plain")
    problem_of(answer, 401, "not_authenticated")
    assert "send a token: “Authorization: Bearer aid_…”" in answer.json()["detail"]
    assert "Bearer" in answer["WWW-Authenticate"]
    problem_of(as_user(chen).send("deliveries", "{", content_type="text/plain"), 403, "not_allowed")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_deliveries_are_never_changed(as_user: Ask, amina: User, method: str) -> None:
    for path in ("deliveries", "deliveries/0192f0c6-8c1e-7c3a-9a55-1f4f6f6f0001"):
        answer = as_user(amina).send(path, {}, method=method)
        body = problem_of(answer, 405, "method_not_allowed")
        assert "/reverse" in body["detail"]
        assert "GET" in answer["Allow"]


def test_nothing_is_ever_deleted(as_user: Ask, ada: User) -> None:
    client = as_user(ada)
    for name in LISTINGS:
        problem_of(client.send(name, {}, method="DELETE"), 405, "method_not_allowed")


def test_a_slash_at_the_end_changes_nothing(client: ApiClient) -> None:
    for name in LISTINGS:
        assert client.get(f"/api/v1/{name}/").content == client.get(f"/api/v1/{name}").content


def test_an_unforeseen_fault_is_a_problem(
    client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("regions.api.lists.asked", broken)
    answer = client.get("/api/v1/donors")
    problem_of(answer, 500, "fault")
    assert b"secret" not in answer.content


def test_too_many_requests_are_told_when_to_come_back(
    as_user: Ask, chen: User, settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    client = as_user(chen)
    answers = [client.get("/api/v1/donors") for _ in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    problem_of(answers[2], 429, "throttled")
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_what_django_refuses_is_a_problem_below_api_and_a_page_elsewhere(client: ApiClient) -> None:
    answer = client.get("/api/v1/donors", headers={"Host": "evil.example"})
    problem_of(answer, 400, "not_right")
    page = client.get("/nothing-here", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")


def test_a_body_too_large_is_not_read(as_user: Ask, amina: User, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem_of(as_user(amina).send("deliveries", "[" + " " * 2000), 413, "too_large")
