"""A hundred thousand deliveries go in by the browser while the site stays usable."""

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, browser
from tests.faults.large_import import PREPARE, Watch, copied, ran, spent
from tests.faults.test_one_command import Program, eventually, program

__all__ = ["browser", "program"]
ROWS = int(os.environ.get("ROWS", "100000"))
SECONDS = 60 + ROWS / 40
MOST_MEGABYTES = 300


RECEIVED = """
from django.db.models import Sum
from shipments.models import LineBalance
print(f"{LineBalance.objects.aggregate(all=Sum('received'))['all']:.0f}")
"""


@pytest.fixture
def page(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, base_url=f"http://127.0.0.1:{program.port}")
    yield context.new_page()
    context.close()


def sign_in(page: Page) -> str:
    """Signs omar in; gives the cookies that say so."""
    page.goto("/accounts/login/")
    page.locator("main input[name=username]").fill("omar")
    page.locator("main input[name=password]").fill("quiet-river-42")
    page.locator("main").get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/$"))
    return "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())


def has_moved(progress: list[tuple[str, int]]) -> bool:
    values = [value for said, value in progress if "rows" in said]
    return len(values) >= 5 and all(one < other for one, other in pairwise(values[-5:]))


def test_a_large_file_is_imported_and_taken_back_while_the_site_is_used(
    program: Program, page: Page, tmp_path: Path
) -> None:
    eventually(program.is_ready)
    file = tmp_path / "deliveries.csv"
    ran(program.environment, PREPARE, ROWS, file)
    watch = Watch(program, sign_in(page))

    page.goto("/imports/")
    page.locator("select[name=kind]").select_option("deliveries")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    checking = watch.until_it_waits(page, SECONDS)
    weight = len(page.content())
    bar = [value for _said, value in watch.progress]
    print(f"\n{ROWS} rows: read and checked in {checking:.0f} s: {bar}", flush=True)
    before = spent(program, "worker"), spent(program, "database")
    page.get_by_role("button", name=f"Import {ROWS} rows").click()
    applying = watch.until_it_waits(page, SECONDS)
    worker = spent(program, "worker") - before[0]
    database = spent(program, "database") - before[1]

    assert page.locator(".status").first.text_content() == "done"
    print(f"imported in {applying:.0f} s", flush=True)
    raw = copied(program.environment)
    answers = sorted(watch.answers)
    print(f"CPU of the import: worker {worker:.1f} s, PostgreSQL {database:.1f} s;", end=" ")
    print(f"bare COPY {raw['bare_cpu']:.2f} s ({raw['bare']:.2f} s by the clock):", end=" ")
    print(f"{(worker + database) / raw['bare_cpu']:.0f} x in CPU, {applying / raw['bare']:.0f} x")
    print(f"another page: median {answers[len(answers) // 2]:.2f} s, slowest {answers[-1]:.2f} s")
    print(f"memory: {watch.memory} MB; the checked page has {weight} bytes")
    print(f"progress: {[value for _said, value in watch.progress]}")

    assert raw["shipments_deliveryevent"] == ROWS
    assert raw["quantity"] == str(sum(n % 9 + 1 for n in range(ROWS)))
    assert has_moved(watch.progress)

    watch.progress.clear()
    page.locator("main summary.danger").click()
    page.locator("form[action$='/undo/'] button").click()
    undoing = watch.until_it_waits(page, SECONDS)
    print(f"taken back in {undoing:.0f} s: {[value for _said, value in watch.progress]}")
    assert page.locator(".status").first.text_content() == "undone"
    assert has_moved(watch.progress)
    assert ran(program.environment, RECEIVED).strip() == "0"
    assert watch.failures == []
    assert max(watch.memory.values()) < MOST_MEGABYTES
    assert answers[len(answers) // 2] < 2
    assert weight < 100_000
