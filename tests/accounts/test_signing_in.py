"""People sign in, change their password, and come in by a one-time link."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import build
from tests.pages import form_of, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]
NEW = "seven-quiet-otters-swim"


@pytest.fixture
def mira() -> User:
    return build.person("mira", name="Mira", language="hy")


def sign_in(client: Client, password: str = "quiet-river-42", **more: str) -> int:
    data = {"username": "mira", "password": password, **more}
    answer = client.post(reverse("login"), data)
    return answer.status_code


def test_the_right_password_leads_to_where_one_was_going(client: Client, mira: User) -> None:
    data = {"username": "mira", "password": "quiet-river-42", "next": "/shipments/"}
    answer = client.post(reverse("login"), data)
    assert answer["Location"] == "/shipments/"
    assert client.session["_auth_user_id"] == str(mira.pk)


def test_the_screens_follow_the_language_of_the_person(client: Client, mira: User) -> None:
    sign_in(client)
    assert client.cookies["django_language"].value == "hy"


def test_another_host_is_not_a_place_to_go_on_to(client: Client, mira: User) -> None:
    data = {"username": "mira", "password": "quiet-river-42", "next": "https://elsewhere.example/"}
    assert client.post(reverse("login"), data)["Location"] == "/"


@pytest.mark.parametrize(
    "page", ["/shipments/?status=closed&q=%C3%A9+a", "/data/?by=donor", "/no/"]
)
def test_the_link_in_the_header_leads_back_to_the_page(
    client: Client, mira: User, page: str
) -> None:
    link = next(a for a in read(client.get(page)).links if a.startswith(reverse("login")))
    assert link == f"{reverse('login')}?next={quote(page, safe='')}"
    # The page for logging in says so, too, and the wrong password of a first try changes nothing.
    assert link in read(client.get(link)).links
    form = form_of(client.get(link), holding="username")
    refused = send(client, link, form, username="mira", password="wrong")
    assert link in read(refused).links
    form = form_of(refused, holding="username")
    answer = send(client, link, form, username="mira", password="quiet-river-42")
    assert answer["Location"] == page


def test_the_link_in_the_header_leads_to_no_other_host_and_to_no_used_link(
    client: Client, mira: User
) -> None:
    used = read(client.get(reverse("password-set", args=["x", "y"]))).links
    assert reverse("login") in used
    double = read(client.get("/", PATH_INFO="//elsewhere.example/")).links
    link = next(a for a in double if a.startswith(reverse("login")))
    form = form_of(client.get(link), holding="username")
    answer = send(client, link, form, username="mira", password="quiet-river-42")
    assert answer["Location"] == "/"


@pytest.mark.parametrize("name", ["mira", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(
    client: Client, mira: User, name: str
) -> None:
    data = {"username": name, "password": "wrong"}
    answer = client.post(reverse("login"), data)
    assert answer.status_code == 200
    assert "do not go together" in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode()


def test_a_disabled_person_is_told_nothing_else(client: Client, mira: User) -> None:
    mira.is_active = False
    mira.save()
    answer = client.post(reverse("login"), {"username": "mira", "password": "quiet-river-42"})
    assert "do not go together" in answer.content.decode()


def test_guessing_is_stopped_with_a_sentence_that_says_how_long(client: Client, mira: User) -> None:
    for _attempt in range(9):
        assert sign_in(client, "wrong") == 200
    assert sign_in(client, "wrong") == 429
    data = {"username": "mira", "password": "quiet-river-42"}
    answer = client.post(reverse("login"), data)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert "Try again in 15 minutes or ask an admin" in answer.content.decode()


def test_guessing_at_one_name_does_not_lock_another(client: Client, mira: User) -> None:
    build.person("tom")
    for _attempt in range(10):
        client.post(reverse("login"), {"username": "tom", "password": "wrong"})
    assert sign_in(client) == 302


def test_logging_out_takes_a_post(client: Client, mira: User) -> None:
    client.force_login(mira)
    assert client.get(reverse("logout")).status_code == 405
    answer = client.post(reverse("logout"), {"next": reverse("logout")})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_a_person_changes_the_own_password_and_stays_signed_in(client: Client, mira: User) -> None:
    client.force_login(mira)
    data = {"old_password": "quiet-river-42", "new_password1": NEW, "new_password2": NEW}
    answer = client.post(reverse("password-change"), data, follow=True)
    assert "Your password was changed." in answer.content.decode()
    assert "_auth_user_id" in client.session
    mira.refresh_from_db()
    assert mira.check_password(NEW)


def test_a_weak_password_is_refused(client: Client, mira: User) -> None:
    client.force_login(mira)
    data = {"old_password": "quiet-river-42", "new_password1": "12345", "new_password2": "12345"}
    answer = client.post(reverse("password-change"), data)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()


def test_the_password_page_asks_strangers_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("password-change"))
    assert answer["Location"].startswith("/accounts/login/")


def link_from_admin(ada: User, person: User) -> str:
    admin = Client()
    admin.force_login(ada)
    answer = admin.post(reverse("admin:accounts_user_link", args=[person.pk]))
    link: str = answer.context["link"]
    return link


def test_a_one_time_link_sets_a_password_once(client: Client, ada: User, mira: User) -> None:
    mira.set_unusable_password()
    mira.save()
    link = link_from_admin(ada, mira)
    form = client.get(link, follow=True)
    assert "Choose a password" in form.content.decode()
    address = form.redirect_chain[-1][0]
    saved = client.post(address, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your password was saved." in saved.content.decode()
    assert sign_in(client, NEW) == 302
    again = Client().get(link, follow=True)
    assert "has been used or is too old" in again.content.decode()


def test_the_link_does_not_stay_in_the_address(client: Client, ada: User, mira: User) -> None:
    link = link_from_admin(ada, mira)
    shown = client.get(link, follow=True)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    assert token not in shown.redirect_chain[-1][0]
    assert token not in shown.content.decode()


def test_a_made_up_link_is_refused(client: Client) -> None:
    answer = client.get(reverse("password-set", args=["MQ", "abc-def"]))
    assert answer.status_code == 200
    assert "has been used or is too old" in answer.content.decode()
