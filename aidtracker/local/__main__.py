"""Start the whole program, or stop it: `python -m aidtracker.local [run|stop]`."""

import sys
import time

from django.core.exceptions import ImproperlyConfigured

from aidtracker import environment
from aidtracker.local.cluster import ROOT
from aidtracker.local.processes import LocalServerError
from aidtracker.local.supervisor import stop_running, supervise

started = time.monotonic()


# The accounts of the demonstration; each password is the same word as the name.
ACCOUNTS = ("coordinator", "analyst", "admin")


def welcome(address: str) -> None:
    print(f"\nAid tracker is ready after {time.monotonic() - started:.0f} s: {address}\n")
    if environment.flag("DEMO", True):
        print(
            f"  Sign in as {', '.join(ACCOUNTS[:-1])} or {ACCOUNTS[-1]};"
            " the password is the same word.\n"
            f'  Ask from outside: curl "{address}api/v1/totals?by=donor&measure=sent_kg"\n'
        )
    print(
        "  Stop with Ctrl+C. Logs are in var/log/. Remove all of it with: make clean\n", flush=True
    )


def main(word: str = "run") -> int:
    var = environment.folder("VAR_DIR", ROOT / "var")
    try:
        if word == "stop":
            print("Stopped." if stop_running(var) else "Nothing was running.")
        elif word == "run":
            print("Starting PostgreSQL, Valkey, web server, worker and beat ...", flush=True)
            supervise(var, welcome)
            print("Stopped.")
        else:
            print(f"{word!r} is not known. Use run or stop.", file=sys.stderr)
            return 2
    except (LocalServerError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
