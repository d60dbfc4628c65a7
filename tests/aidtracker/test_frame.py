"""The frame of every page, the form templates and the error pages."""

import gzip
import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from shipments.templatetags.bdi import bdi
from tests.pages import words_of


class Delivery(forms.Form):
    received = forms.IntegerField(
        label="Received in good condition",
        help_text="Count <all> lines.",
        error_messages={"required": "Enter how many blankets arrived, or 0."},
    )
    kind = forms.ChoiceField(
        label="What happened?",
        widget=forms.RadioSelect,
        choices=[("received", "Received into store"), ("lost", "Lost")],
        error_messages={"required": "Choose what happened."},
    )
    surplus = forms.BooleanField(label="More arrived than was sent", required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("The shipment is closed.")


class Page(HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/shipments/?donor=mchs")


def page(template: str, request: HttpRequest, **context: object) -> str:
    return render_to_string(template, context, request=request)


def test_the_frame_has_a_way_to_skip_one_main_and_one_search(request_: HttpRequest) -> None:
    html = page("404.html", request_)
    shown = Page(html)
    assert shown.all("a")[0]["href"] == "#main"
    assert [main["id"] for main in shown.all("main")] == ["main"]
    assert [form["action"] for form in shown.all("form") if form.get("role") == "search"] == [
        "/search/"
    ]
    assert len(shown.all("h1")) == 1
    assert len(set(shown.ids)) == len(shown.ids)


def test_the_frame_carries_no_inline_script_or_style(request_: HttpRequest) -> None:
    shown = Page(page("404.html", request_, demo=True))
    assert all("src" in script for script in shown.all("script"))
    assert not shown.all("style")
    assert not [
        name
        for _, attributes in shown.elements
        for name in attributes
        if name == "style" or name.startswith("on")
    ]


def test_the_frame_alone_is_small(request_: HttpRequest) -> None:
    assert len(gzip.compress(page("404.html", request_).encode())) <= 3 * 1024


def test_the_page_where_one_is_stands_out_in_the_navigation(request_: HttpRequest) -> None:
    shown = Page(page("404.html", request_))
    current = [link["href"] for link in shown.all("a") if "aria-current" in link]
    assert current == ["/shipments/"]


@pytest.mark.parametrize(("language", "side"), [("az", "ltr"), ("ar", "rtl"), ("hy", "ltr")])
def test_the_page_runs_in_the_direction_of_its_language(
    request_: HttpRequest, language: str, side: str
) -> None:
    with translation.override(language):
        html = Page(page("404.html", request_)).all("html")[0]
    assert (html["lang"], html["dir"]) == (language, side)


def test_the_language_list_leads_back_to_the_same_page(request_: HttpRequest) -> None:
    shown = Page(page("404.html", request_))
    following = [box["value"] for box in shown.all("input") if box.get("name") == "next"]
    assert following == ["/shipments/?donor=mchs"]
    assert len([option for option in shown.all("option") if "lang" in option]) == 6


def test_the_demonstration_says_so(request_: HttpRequest) -> None:
    assert 'class="demo"' in page("404.html", request_, demo=True)
    assert 'class="demo"' not in page("404.html", request_)


def test_the_error_summary_links_to_every_field_and_takes_the_focus(
    request_: HttpRequest,
) -> None:
    form = Delivery({})
    summary = Page(page("_error_summary.html", request_, form=form))
    drawn = Page(form.render())
    targets = [link["href"].removeprefix("#") for link in summary.all("a")]
    assert targets == ["id_received", "id_kind_0"]
    assert set(targets) <= set(drawn.ids)
    (box,) = [attributes for _, attributes in summary.elements if "data-focus" in attributes]
    assert box["role"] == "alert"
    assert box["tabindex"] == "-1"


def test_the_same_words_stand_above_and_beside_the_field(request_: HttpRequest) -> None:
    form = Delivery({})
    summary, drawn = page("_error_summary.html", request_, form=form), form.render()
    words = ["Enter how many blankets arrived, or 0.", "Choose what happened."]
    assert all(sentence in summary and sentence in drawn for sentence in words)
    assert "The shipment is closed." in summary


def test_there_is_no_summary_without_errors(request_: HttpRequest) -> None:
    assert page("_error_summary.html", request_, form=Delivery()).strip() == ""


def test_rows_of_a_formset_are_in_the_summary_too(request_: HttpRequest) -> None:
    rows = forms.formset_factory(Delivery, extra=0)
    formset = rows({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"})
    formset.is_valid()
    summary = Page(page("_error_summary.html", request_, form=None, formset=formset))
    assert [link["href"] for link in summary.all("a")] == [
        "#id_form-0-received",
        "#id_form-0-kind_0",
        "#id_form-1-received",
        "#id_form-1-kind_0",
    ]


def test_a_field_names_its_hint_and_its_error() -> None:
    drawn = Page(Delivery({}).render())
    (received,) = [box for box in drawn.all("input") if box["name"] == "received"]
    assert received["aria-invalid"] == "true"
    described = received["aria-describedby"].split()
    assert described == ["id_received_helptext", "id_received_error"]
    assert set(described) <= set(drawn.ids)


def test_every_control_has_a_label() -> None:
    drawn = Page(Delivery().render())
    labels = {label.get("for") for label in drawn.all("label")}
    assert {box["id"] for box in drawn.all("input")} <= labels
    assert len(drawn.all("legend")) == 1


def test_hints_are_words_and_not_markup() -> None:
    assert "Count &lt;all&gt; lines." in Delivery().render()


def test_use_this_fills_in_address_and_query(request_: HttpRequest) -> None:
    html = page("_use_this.html", request_, path="/api/v1/totals", query="by=donor&measure=sent_kg")
    files = [link["href"] for link in Page(html).all("a")]
    assert files == [
        f"/api/v1/totals.{kind}?by=donor&measure=sent_kg" for kind in ("csv", "xlsx", "json")
    ]
    assert html.count("http://testserver/api/v1/totals.csv?by=donor&amp;measure=sent_kg") == 5


def test_use_this_without_a_query_has_no_question_mark(request_: HttpRequest) -> None:
    html = page("_use_this.html", request_, path="/api/v1/donors", query="")
    assert "?" not in re.sub(r"<p class=\"hint\">.*?</p>", "", html)


def test_a_query_cannot_break_out_of_its_line(request_: HttpRequest) -> None:
    html = page("_use_this.html", request_, path="/api/v1/donors", query='"><script>')
    assert "<script>" not in html


def test_an_empty_list_says_why_and_what_next(request_: HttpRequest) -> None:
    html = page(
        "_empty.html",
        request_,
        reason="No shipment matches.",
        next_step="Show all",
        next_url="/shipments/",
    )
    assert "No shipment matches." in html
    assert Page(html).all("a")[0]["href"] == "/shipments/"


def test_one_page_needs_no_pages(request_: HttpRequest) -> None:
    assert page("_pagination.html", request_, previous="", next="", shown="").strip() == ""
    html = page("_pagination.html", request_, previous="?a=1", next="?b=2", shown="Rows 26 to 50")
    assert [link["rel"] for link in Page(html).all("a")] == ["prev", "next"]


ERROR_PAGES = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "405.html",
    "500.html",
    "503.html",
)


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_an_error_page_needs_no_request(name: str) -> None:
    html = render_to_string(name)
    assert len(Page(html).all("h1")) == 1


@pytest.mark.parametrize("address", ["/accounts/logout/", f"/deliveries/{UUID(int=1)}/undo/"])
def test_an_address_that_only_takes_forms_says_so_on_a_page(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert "This address only takes what a form sends" in words_of(answer)


def test_the_page_for_a_fault_of_ours_needs_nothing_of_the_program(request_: HttpRequest) -> None:
    shown = Page(render_to_string("500.html"))
    assert not shown.all("script")
    assert not shown.all("form")


def test_nothing_stands_in_the_way_of_pasting_a_password(request_: HttpRequest) -> None:
    class LogIn(forms.Form):
        username = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)

    shown = Page(page("accounts/login.html", request_, form=LogIn(), next="/shipments/"))
    (box,) = [box for box in shown.all("input") if box.get("type") == "password"]
    assert "onpaste" not in box
    assert box.get("autocomplete") != "off"


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_speak_plainly(name: str) -> None:
    words = re.sub(r"<[^>]+>", " ", render_to_string(name)).lower()
    assert not re.search(r"\b(please|sorry|invalid|oops)\b", words)


def test_only_what_is_longer_than_words_are_may_break_anywhere() -> None:
    assert bdi("Продовольственные <b> & co") == "<bdi>Продовольственные &lt;b&gt; &amp; co</bdi>"
    assert bdi("n" * 24) == f"<bdi>{'n' * 24}</bdi>"
    assert bdi("&" * 25) == f"<bdi>{'&amp;' * 12}<wbr>{'&amp;' * 12}<wbr>&amp;</bdi>"
