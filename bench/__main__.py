"""Run the benchmark: `python -m bench [smoke|reference|scale|NUMBER] [--only G1,G3] [--profile]`.

With --growth it measures nothing, and sets the last results of two sizes side by side.
"""

import argparse
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from bench.measuring import Finding

# Its own servers and files, not those of the site that somebody uses.
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "bench"))
# A busy machine makes everything slower, and what takes long is to be measured all the same.
os.environ.setdefault("STATEMENT_TIMEOUT", "600")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("size", nargs="?", default="smoke", type=known_size)
    parser.add_argument("--only", default="", help="Codes of goals, for example G1,G5b.")
    parser.add_argument(
        "--profile", action="store_true", help="Show where the time goes, and the statements."
    )
    parser.add_argument("--growth", default="", help="Another size to set beside, measured before.")
    parser.add_argument("--no-results", action="store_true", help="Write no results file.")
    return parser.parse_args(words)


def known_size(word: str) -> str:
    """This will accept the name of a size, or a number of shipments of 100 or more."""
    if word in ("smoke", "reference", "scale") or (word.isdigit() and int(word) >= 100):
        return word
    raise argparse.ArgumentTypeError("use smoke, reference, scale or a number from 100")


def quieten(nowhere: TextIO) -> None:
    """This will let the program write its log as in use, but to nowhere."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def main(words: list[str]) -> int:
    asked = arguments(words)
    import django

    django.setup()
    from bench import report

    if asked.growth:
        print(report.growth(asked.growth, asked.size))
        return 0
    findings: list[Finding] = []
    try:
        for finding in measured(asked):
            findings.append(finding)
    finally:
        # A run that was broken off has found something, too.
        if findings and not asked.no_results:
            print(f"\n{report.table(findings)}\n\nWritten to {report.keep(asked.size, findings)}")
    return 0


def measured(asked: argparse.Namespace) -> "Iterator[Finding]":
    """This will run what was asked for on data of its own, alone on them."""
    from django.core.management import call_command

    from bench import database
    from bench.running import Runner, wanted

    groups = wanted([code for code in asked.only.split(",") if code])
    with ExitStack() as stack:
        stack.enter_context(database.alone())
        quieten(stack.enter_context(Path(os.devnull).open("w")))
        call_command("collectstatic", interactive=False, verbosity=0)
        name = database.require(asked.size)
        if any(group.writes for group in groups):
            stack.enter_context(database.cloned(name))
        yield from Runner(asked.size, groups, profile=asked.profile).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
