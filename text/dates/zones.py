"""The time zones that there are."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """This will name the zones of the time zone database.

    They are looked for once for each process, because hundreds of files are opened for it.
    """
    return frozenset(available_timezones())
