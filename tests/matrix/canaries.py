"""What each world says of itself, in words and numbers that occur nowhere else."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache


@dataclass(frozen=True)
class Marks:
    """The words and numbers of one world; whoever reads one of them has read that world."""

    letter: str
    operation: str
    sent: int
    received: int
    drafted: int
    planned: int
    late: int
    weight_kg: Decimal
    vehicles: int
    packages: int
    latitude: Decimal
    longitude: Decimal

    @property
    def word(self) -> str:
        """This will begin every text of the world that is not common to all."""
        return f"canary-{self.letter}"

    @property
    def common(self) -> str:
        """This will begin names that everyone with a role may read: donors, items, places."""
        return f"common-{self.letter}"

    @property
    def outstanding(self) -> int:
        return self.sent - self.received - self.late

    @property
    def numbers(self) -> list[str]:
        """This will list the numbers of the world that no other world holds."""
        counted = [self.sent, self.received, self.drafted, self.planned, self.late]
        counted += [self.outstanding, self.received + self.late, self.vehicles, self.packages]
        return [str(n) for n in (*counted, self.weight_kg, self.latitude, self.longitude)]

    @property
    def places(self) -> list[str]:
        return [str(self.latitude), str(self.longitude)]


A = Marks(
    letter="a",
    operation="AA21",
    sent=61283,
    received=40129,
    drafted=30817,
    planned=27091,
    late=8219,
    weight_kg=Decimal("91921.257"),
    vehicles=21701,
    packages=60497,
    latitude=Decimal("39.11171"),
    longitude=Decimal("45.22272"),
)
B = Marks(
    letter="b",
    operation="EE21",
    sent=73907,
    received=51137,
    drafted=34613,
    planned=28871,
    late=9341,
    weight_kg=Decimal("80937.413"),
    vehicles=23669,
    packages=70573,
    latitude=Decimal("43.71937"),
    longitude=Decimal("46.91373"),
)
# The public operation: what is open of it stands in words of its own.
P = Marks(
    letter="p",
    operation="KK21",
    sent=52361,
    received=32117,
    drafted=39119,
    planned=28657,
    late=7253,
    weight_kg=Decimal("71923.619"),
    vehicles=25447,
    packages=80309,
    latitude=Decimal("37.33313"),
    longitude=Decimal("44.55535"),
)
WORLDS = {"a": A, "b": B, "p": P}
KEY = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
GROUPING = "[\u00a0\u202f\u2009 ,.'’٬]?"


@cache
def pattern_of(number: str) -> "re.Pattern[str]":
    """This will find a number as programs and as people write it."""
    whole, _point, decimals = number.partition(".")
    spelled = GROUPING.join(filter(None, (whole[:-3], whole[-3:])))
    if decimals:
        spelled += f"[.,]{decimals.rstrip('0')}"
    return re.compile(f"(?<![0-9A-Za-z.]){spelled}(?![0-9A-Za-z])")


def found_in(text: str, words: frozenset[str], numbers: frozenset[str]) -> list[str]:
    """This will list the canaries that sing in a text."""
    folded = text.lower()
    sung = [word for word in sorted(words) if word in folded]
    # The last digits are looked for first, because that costs next to nothing.
    near = [number for number in sorted(numbers) if number.partition(".")[0][-3:] in text]
    # A key made by chance may hold four digits of a canary between its dashes.
    text = KEY.sub("", text) if near else ""
    return sung + [number for number in near if pattern_of(number).search(text)]
