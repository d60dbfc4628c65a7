"""The lines of "Use this" below a table: run where they can be, read where they cannot."""

import io
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from django.test import Client

from accounts.models import TokenScope, User
from accounts.services import create_token
from tests import build
from tests.world import World

RULE = "----\n"
PAGES = {
    "/data/?by=donor,month&measure=received_kg,lost_kg&donor=mchs": "/api/v1/totals",
    "/data/statements/": "/api/v1/reported-figures",
    "/data/coverage/?region=AA": "/api/v1/coverage",
    "/lines/?outcome=received": "/api/v1/lines",
}


def lines_on(client: Client, page: str) -> dict[str, str]:
    """This will read what each tool is told, by the tool's name."""
    text = client.get(page).content.decode()
    found = re.findall(r"<dt>(.*?)</dt><dd><code>(.*?)</code>", text, re.S)
    return {unescape(tool).split(":")[0]: unescape(line) for tool, line in found}


def file_behind(link: str, address: str) -> str:
    """This will give the CSV file of a link, which has to lead to the address."""
    found, _mark, query = link.partition("?")
    assert found == address
    return f"{address}.csv" + (f"?{query}" if query else "")


def test_what_pages_tell_programs_works(
    world: World, omar: User, chen: User, site: str, tmp_path: Path
) -> None:
    build.receive(world.sent(), by=omar, received=380, damaged=20, reason="wet")
    said = {"operation": world.operation, "source": "Ministry", "published_on": "2020-11-25"}
    world.operation.reported_figures.create(
        **{**said, "stage": "dispatched", "quantity": 1, "unit": "t"}
    )
    need = world.operation.assessments.create(
        region=world.north, assessed_on="2020-11-01", source="Ministry"
    )
    need.lines.create(item=world.blankets, quantity=500, unit="piece")
    _token, secret = create_token(user=chen, name="notebook", scope=TokenScope.READ)
    client = Client(headers={"host": urlsplit(site).netloc})
    client.force_login(chen)

    def run(*program: str) -> str:
        done = subprocess.run(
            program,
            env={**os.environ, "AID_TOKEN": secret},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    contents, in_pandas = [], []
    for page, path in PAGES.items():
        told = lines_on(client, page)
        csv = file_behind(told.pop("Link"), f"{site}{path}")
        expected = client.get(csv.removeprefix(site))
        content: bytes = expected.getvalue()
        assert content.count(b"\n") > 1
        run("sh", "-euc", told.pop("curl"))
        assert (tmp_path / "aid.csv").read_bytes() == content
        contents.append(content)
        in_pandas.append(f"{told.pop('pandas')}\nprint(aid.to_csv(index=False), end={RULE!r})")
        # What cannot be run here names the same file.
        assert set(told) == {"R", "Excel and Power BI", "Google Sheets"}
        for tool, line in told.items():
            assert f'"{csv}"' in line, tool
    # One interpreter runs the lines of all pages, because it takes longest to load pandas.
    shown = run(sys.executable, "-c", "\n".join(in_pandas)).split(RULE)
    assert len(shown) == len(PAGES) + 1
    import pandas as pd

    for text, content in zip(shown, contents, strict=False):
        frame = pd.read_csv(io.StringIO(text))
        pd.testing.assert_frame_equal(frame, pd.read_csv(io.BytesIO(content)))
