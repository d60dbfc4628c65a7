"""The hashtags of the HXL standard; source: HXL core dictionary, releases 1.0 to 1.1."""

from collections.abc import Iterable

_NAMES = """
    access activity adm1 adm2 adm3 adm4 adm5 affected beneficiary capacity cause channel contact
    country crisis currency date delivery description event frequency geo group impact indicator
    inneed item loc meta modality need operations org output population reached region respondee
    sector service severity status subsector targeted value
"""
CORE = frozenset(f"#{name}" for name in _NAMES.split())


def obsolete_hashtags(written: Iterable[str]) -> list[tuple[int, str]]:
    """List the columns, from 0, whose hashtag the standard does not have, attributes left aside."""
    bare = ((column, tag.partition("+")[0].strip().lower()) for column, tag in enumerate(written))
    return [(column, tag) for column, tag in bare if tag and tag not in CORE]
