"""The time zones that there are."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def time_zones() -> frozenset[str]:
    """This will name the zones of the time zone database.

    They are looked for once for each process, because hundreds of files are opened for it.
    """
    return frozenset(available_timezones())


def require_time_zone(name: str) -> None:
    """This will refuse a name that is not in the time zone database (``not_a_time_zone``)."""
    if name not in time_zones():
        raise ValidationError(
            _("%(value)s is not a time zone. Use a name such as Asia/Yerevan or Asia/Baku."),
            code="not_a_time_zone",
            params={"value": name},
        )
