"""The few pieces of SVG that all pictures are made of."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

Number = Decimal | int | float
# From one line of text to the next.
LINE = 12.0

# What XML 1.0 cannot carry at all, not even escaped.
UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def words(text: object) -> str:
    """Return the text safe for any place in an SVG, attributes included."""
    return escape(UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", str(text)), quote=True)


def short(value: float, decimals: int = 1) -> str:
    """Return a coordinate in as few characters as it needs."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return one element; `content` is SVG already, attribute values are escaped here.

    A trailing underscore is dropped from attribute names and others become hyphens; None leaves
    the attribute out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{amount(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def amount(value: object) -> str:
    return short(value) if isinstance(value, float) else words(value)


def linked(content: str, href: str, label: str) -> str:
    """Return the content inside a link where there is an address, alone where there is none."""
    return element("a", content, href=href, aria_label=label) if href else content


def drawing(
    parts: Iterable[str],
    *,
    key: str,
    kind: str,
    width: float,
    height: float,
    title: str,
    description: str,
) -> str:
    """Return a whole picture; `key` tells its ids apart from those of others on the page."""
    return element(
        "svg",
        element("title", words(title) or " ", id=f"{key}-title")
        + element("desc", words(description) or " ", id=f"{key}-desc")
        + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        class_=f"picture {kind}",
        viewBox=f"0 0 {short(width)} {short(height)}",
        role="group",
        direction="ltr",
        font_family="system-ui, sans-serif",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
    ).replace("<svg ", '<svg dir="ltr" ', 1)


def wrapped(text: str, letters: int) -> list[str]:
    """Return the text in lines of at most so many letters; a longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def small_print(lines: Sequence[str], top: float) -> str:
    """Return lines of text that stand below a picture."""
    return "".join(
        element(
            "text",
            words(line),
            x="0",
            y=top + LINE * (index + 0.5),
            class_="small",
            font_size="8.5",
            fill="currentColor",
        )
        for index, line in enumerate(lines)
    )


def shortened(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
