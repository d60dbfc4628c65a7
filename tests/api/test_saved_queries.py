"""Saved queries: a question under a short address, answered by the rights of the reader."""

import csv
import io
from typing import Any

import pytest

from accounts.models import TokenScope, User
from regions.models import Grant
from regions.rights import Role
from shipments.models import Donor, SavedQuery
from tests import build
from tests.api.conftest import ApiClient, Ask, asked_again
from tests.world import World

QUESTION = "by=donor&measure=sent_kg,received_kg"
SHARED = f"{QUESTION}&operation=KA20"


def save(client: ApiClient, **given: Any) -> dict[str, Any]:
    answer = client.send("saved-queries", {"name": "For donors", "query": QUESTION, **given})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def analyst(as_user: Ask, chen: User) -> ApiClient:
    return as_user(chen)


@pytest.fixture
def northerner(as_user: Ask, amina: User) -> ApiClient:
    """Amina works in the north, where all aid of the operation goes."""
    return as_user(amina)


def refused(answer: Any) -> tuple[int, str, str]:
    said = answer.json()
    first = said["errors"][0]
    return answer.status_code, first.get("pointer", ""), first["code"]


def test_a_saved_question_has_a_short_address_with_a_check_digit(analyst: ApiClient) -> None:
    made = save(analyst, query="measure=sent_kg,received_kg&by=donor")
    assert made["code"].startswith("T1")
    assert made["query"] == QUESTION
    assert analyst.read(f"saved-queries/{made['code']}")["versions"][0]["version"] == 1
    # As somebody types it.
    assert analyst.read(f"saved-queries/{made['code'].lower().replace('-', ' ')}") == made


def test_its_totals_are_those_of_the_question(world: World, analyst: ApiClient) -> None:
    world.sent()
    code = save(analyst)["code"]
    asked, kept = analyst.read(f"totals?{QUESTION}"), analyst.read(f"totals/{code}")
    assert kept["results"] == asked["results"]
    assert kept["total"]["sent_kg"] == "630.000"
    assert kept["links"]["self"] == asked["links"]["self"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ndjson", "parquet", "hxl.csv"])
def test_its_files_are_those_of_the_question(world: World, analyst: ApiClient, ending: str) -> None:
    world.sent()
    code = save(analyst)["code"]
    answer: Any = analyst.get(f"/api/v1/totals/{code}.{ending}")
    assert answer.status_code == 200
    assert answer.getvalue()
    by_word: Any = analyst.get(f"/api/v1/totals/{code}?format=csv&lang=hy&bom=1")
    content = by_word.getvalue().decode()
    assert content.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(content[1:]))
    assert row["sent_kg"] == "630.000"


def test_a_large_file_of_it_is_prepared_for_the_question(
    world: World, analyst: ApiClient, settings: Any
) -> None:
    settings.LARGEST_DIRECT_FILE = 0
    world.sent()
    code = save(analyst)["code"]
    waiting = analyst.read(f"totals/{code}.csv", 202)
    assert waiting["resource"] == "totals"
    assert waiting["query"].replace("%2C", ",") == QUESTION


def test_the_reader_sees_what_the_reader_may(
    world: World, analyst: ApiClient, as_user: Ask
) -> None:
    world.sent()
    made = save(analyst, query=SHARED, operation="KA20")
    elsewhere = build.region("BB", name="Elsewhere")
    world.operation.regions.add(elsewhere)
    luis = as_user(build.person("luis", (Role.ANALYST, elsewhere)))
    assert analyst.read(f"totals/{made['code']}")["total"]["sent_kg"] == "630.000"
    assert luis.read(f"totals/{made['code']}")["results"] == []


def test_what_is_not_shared_is_as_good_as_missing(
    analyst: ApiClient, northerner: ApiClient
) -> None:
    made = save(analyst)
    for path in ("saved-queries", "totals"):
        for code in (made["code"], "T900000-4", "T900000-5", "nothing"):
            assert northerner.get(f"/api/v1/{path}/{code}").status_code == 404
    assert northerner.read("saved-queries")["results"] == []
    assert [row["code"] for row in analyst.read("saved-queries")["results"]] == [made["code"]]


def test_a_shared_one_is_for_those_who_see_its_operation(
    analyst: ApiClient, northerner: ApiClient, as_user: Ask, stranger: User
) -> None:
    made = save(analyst, query=SHARED, operation="KA20")
    assert northerner.read("saved-queries")["results"][0]["owner"] == "chen"
    answer = northerner.send(f"saved-queries/{made['code']}/versions", {"query": SHARED})
    assert refused(answer) == (403, "", "not_allowed")
    assert as_user(stranger).read("saved-queries")["results"] == []
    assert as_user(None).get(f"/api/v1/totals/{made['code']}").status_code == 404


def test_a_shared_question_names_no_other_operation(analyst: ApiClient) -> None:
    build.operation("KA21")
    for query in (QUESTION, f"{QUESTION}&operation=KA20,KA21", f"{QUESTION}&operation=KA21"):
        body = {"name": "x", "query": query, "operation": "KA20"}
        answer = analyst.send("saved-queries", body)
        assert refused(answer) == (400, "/operation", "operation_differs")


def test_a_new_version_answers_at_the_same_address_and_the_old_one_is_still_had(
    world: World, analyst: ApiClient
) -> None:
    world.sent()
    code = save(analyst)["code"]
    answer = analyst.send(f"saved-queries/{code}/versions", {"query": "/data/?by=item"})
    assert [v["version"] for v in answer.json()["versions"]] == [2, 1]
    assert "item" in analyst.read(f"totals/{code}")["results"][0]
    assert "donor" in analyst.read(f"totals/{code}?version=1")["results"][0]
    assert refused(analyst.get(f"/api/v1/totals/{code}?version=3"))[2] == "unknown_value"
    # The same again is no version.
    again = analyst.send(f"saved-queries/{code}/versions", {"query": "by=item"})
    assert len(again.json()["versions"]) == 2


def test_the_tag_of_the_totals_changes_with_the_version(
    analyst: ApiClient, committed: None
) -> None:
    code = save(analyst)["code"]
    again, _statements = asked_again(analyst, f"totals/{code}")
    assert again.status_code == 304
    analyst.send(f"saved-queries/{code}/versions", {"query": "by=item"})
    known = {"If-None-Match": again["ETag"]}
    assert analyst.get(f"/api/v1/totals/{code}", headers=known).status_code == 200


def test_a_name_can_change_and_is_used_once(analyst: ApiClient) -> None:
    code = save(analyst)["code"]
    again = analyst.send("saved-queries", {"name": " For  donors ", "query": QUESTION})
    assert refused(again) == (400, "/name", "name_used")
    renamed = analyst.send(f"saved-queries/{code}", {"name": "Monthly"}, method="PATCH")
    assert renamed.json()["name"] == "Monthly"
    save(analyst)


def test_a_retired_one_says_so_at_its_address(analyst: ApiClient) -> None:
    code = save(analyst)["code"]
    assert analyst.send(f"saved-queries/{code}/retire", {}).json()["retired_at"]
    for answer in (
        analyst.get(f"/api/v1/totals/{code}"),
        analyst.get(f"/api/v1/totals/{code}.csv"),
        analyst.send(f"saved-queries/{code}/versions", {"query": QUESTION}),
        analyst.send(f"saved-queries/{code}/retire", {}),
    ):
        assert refused(answer) == (410, "/code", "retired")
        assert code in answer.json()["detail"]
    assert analyst.read(f"saved-queries/{code}")["query"] == QUESTION
    # Its name is free again.
    assert save(analyst)["code"] != code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("by=doner", "unknown_value"),
        ("colour=red", "unknown_parameter"),
        ("by=donor&by=item", "repeated"),
        ("donor=nobody", "unknown_value"),
    ],
)
def test_only_a_right_question_is_kept(analyst: ApiClient, query: str, code: str) -> None:
    answer = analyst.send("saved-queries", {"name": "x", "query": query})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code
    assert not SavedQuery.objects.exists()


def test_what_is_wrong_with_a_body_is_said_together(analyst: ApiClient) -> None:
    answer = analyst.send("saved-queries", {"name": "", "query": "by=doner", "operation": "XX"})
    pointers = {error.get("pointer") for error in answer.json()["errors"]}
    assert pointers == {"/name", "/query", "/operation"}


def test_who_may_keep_questions(as_user: Ask, chen: User, stranger: User) -> None:
    body = {"name": "x", "query": QUESTION}
    assert refused(as_user(chen, TokenScope.READ).send("saved-queries", body))[0] == 403
    assert refused(as_user(stranger).send("saved-queries", body))[0] == 403
    assert as_user(None).send("saved-queries", body).status_code == 401


def test_an_admin_ends_what_somebody_left_behind(
    analyst: ApiClient, as_user: Ask, ada: User, chen: User
) -> None:
    code = save(analyst)["code"]
    Grant.objects.filter(user=chen).delete()
    assert as_user(ada).send(f"saved-queries/{code}/retire", {}).status_code == 200
    assert as_user(chen).get(f"/api/v1/totals/{code}").status_code == 404


def test_a_question_kept_before_a_merge_still_answers(world: World, analyst: ApiClient) -> None:
    world.sent()
    code = save(analyst, query=f"{QUESTION}&donor=mchs")["code"]
    other = build.donor("unicef")
    Donor.objects.filter(code="mchs").update(merged_into=other)
    assert analyst.read(f"totals/{code}")["total"]["sent_kg"] == "630.000"
