"""Run the benchmark: `python -m bench [smoke|reference|scale] [--only G1,G3] [--profile]`."""

import argparse
import logging
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

# Its own servers and files, not those of the site that somebody uses.
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidtracker.settings")


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("size", nargs="?", default="smoke", choices=["smoke", "reference", "scale"])
    parser.add_argument("--only", default="", help="Codes of goals, for example G1,G5b.")
    parser.add_argument(
        "--profile", action="store_true", help="Show where the time goes, and the statements."
    )
    parser.add_argument("--no-results", action="store_true", help="Write no results file.")
    return parser.parse_args(words)


def quieten(nowhere: TextIO) -> None:
    """This will let the program write its log as in use, but to nowhere."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def main(words: list[str]) -> int:
    asked = arguments(words)
    import django

    django.setup()
    from bench import database, report
    from bench.running import Runner, wanted

    groups = wanted([code for code in asked.only.split(",") if code])
    with ExitStack() as stack:
        quieten(stack.enter_context(Path(os.devnull).open("w")))
        name = database.require(asked.size)
        if any(group.writes for group in groups):
            stack.enter_context(database.cloned(name))
        runner = Runner(asked.size, groups, profile=asked.profile)
        findings = runner.run()
    if not asked.profile:
        print(f"\n{report.table(findings)}")
    if not (asked.profile or asked.no_results):
        print(f"\nWritten to {report.keep(asked.size, findings)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
