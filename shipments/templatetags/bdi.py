"""Names and codes that keep their own direction inside any sentence."""

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Longer than words are; written without a space, it would widen its page.
RUN = re.compile(r"(\S{25,})")
PIECE = 12
register = template.Library()


@register.filter
def bdi(name: object) -> SafeString | str:
    """This will set a name apart, so that its script does not turn the words around it.

    A name without a space gets places where it may break; ordinary words keep together.
    """
    return format_html("<bdi>{}</bdi>", breakable(name)) if name else ""


@register.filter
def breakable(text: object) -> SafeString:
    """This will write a text so that no run of letters is wider than a column."""
    if isinstance(text, SafeString):
        return text
    parts = RUN.split(str(text))
    return mark_safe("".join(pieces(p) if n % 2 else escape(p) for n, p in enumerate(parts)))  # noqa: S308


def pieces(run: str) -> str:
    return "<wbr>".join(escape(run[at : at + PIECE]) for at in range(0, len(run), PIECE))


@register.filter
def code(value: object) -> SafeString:
    """This will write a reference or code so that it never breaks or mirrors."""
    return format_html('<bdi class="code">{}</bdi>', value)
