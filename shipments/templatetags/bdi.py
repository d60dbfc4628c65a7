"""Names and codes that keep their own direction inside any sentence."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def bdi(name: object) -> SafeString | str:
    """This will set a name apart, so that its script does not turn the words around it."""
    return format_html("<bdi>{}</bdi>", name) if name else ""


@register.filter
def code(value: object) -> SafeString:
    """This will write a reference or code so that it never breaks or mirrors."""
    return format_html('<bdi class="code">{}</bdi>', value)
