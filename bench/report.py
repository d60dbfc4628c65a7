"""What was found, as a table for people and as JSON for the next run."""

import json
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measuring import Finding, pressure

RESULTS = Path(__file__).parent / "results"
HEADINGS = (
    "goal", "operation", "found", "from", "to", "at most", "verdict", "CPU ms", "floor ms",
    "a second", "p50 ms", "p99 ms", "statements", "bytes",
)  # fmt: skip
SEEN = ("cpu_ms", "floor_ms", "per_second", "p50_ms", "p99_ms", "statements", "bytes")


def number(value: float) -> str:
    """This will write a figure with three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def cells(finding: Finding) -> list[str]:
    goal = "" if finding.goal is None else number(finding.goal)
    if goal and finding.better == "more":
        goal = f"at least {goal}"
    return [
        finding.code,
        finding.name,
        f"{number(finding.value)} {finding.unit}",
        number(finding.low),
        number(finding.high),
        goal,
        finding.verdict,
        *(str(finding.seen.get(name, "")) for name in SEEN),
    ]


def table(findings: Iterable[Finding]) -> str:
    """This will write a table as Markdown reads it, its columns in line."""
    return aligned([list(HEADINGS), *(cells(finding) for finding in findings)])


def aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def growth(small: str, large: str) -> str:
    """This will set processor time of the same operations on two sizes side by side."""
    before, after = (
        {row["name"]: row["seen"].get("cpu_ms") for row in read(RESULTS / f"{size}.json")}
        for size in (small, large)
    )
    rows = [["operation", f"CPU ms, {small}", f"CPU ms, {large}", "times"]]
    rows += [
        [name, str(cost), str(after[name]), number(after[name] / cost)]
        for name, cost in before.items()
        if cost and after.get(name)
    ]
    return aligned(rows)


def machine() -> dict[str, Any]:
    """This will say on what the figures were found."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    load = Path("/proc/loadavg").read_text().split()[0]
    return {
        "processors": len(models),
        "model": models[0] if models else platform.machine(),
        "python": platform.python_version(),
        "load": float(load),
        "pressure": pressure(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def keep(size: str, findings: list[Finding], folder: Path = RESULTS) -> Path:
    """This will write the findings beside those of other sizes; what was not measured stays."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{size}.json"
    names = {(finding.code, finding.name) for finding in findings}
    kept = [row for row in read(path) if (row["code"], row["name"]) not in names]
    here = machine()
    more = {"at": here["at"], "pressure_then": here["pressure"]}
    rows = kept + [asdict(one) | {"verdict": one.verdict} | more for one in findings]
    found = {"machine": here, "findings": sorted(rows, key=lambda row: order(row["code"]))}
    path.write_text(json.dumps(found, indent=1) + "\n")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["findings"] if path.exists() else []
    return found


def order(code: str) -> tuple[int, str]:
    """This will put goals in the order of their numbers, and what has no goal after them."""
    digits = "".join(letter for letter in code if letter.isdigit())
    return int(digits or 99), code
