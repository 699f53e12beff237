"""The small markup of condition pages, as HTML that is safe whatever an editor typed."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_BOLD = re.compile(r"\*\*(.+?)\*\*")
# Schemes are named: whatever else stands in round brackets stays text.
_LINK = re.compile(r"\[([^\]\n]+)\]\(((?:tel:|sms:|https://)[^\s()]+)\)")
_BULLET = "- "


@register.filter
def prose(text: str) -> SafeString:
    """Paragraphs, bullets ("- "), bold (**…**) and [links](tel:…), everything else escaped."""
    parts = [_list(block) if is_list else _paragraph(block) for is_list, block in _blocks(text)]
    return format_html_join("\n", "{}", ((part,) for part in parts))


def _blocks(text: str) -> Iterator[tuple[bool, list[str]]]:
    """(is a list, its lines) for each paragraph and each run of bullets, in order."""
    block: list[str] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        is_bullet = line.startswith(_BULLET)
        if block and (not line or is_bullet != block[0].startswith(_BULLET)):
            yield block[0].startswith(_BULLET), block
            block = []
        if line:
            block.append(line)


def _paragraph(lines: list[str]) -> SafeString:
    return format_html("<p>{}</p>", _inline(" ".join(lines)))


def _list(lines: list[str]) -> SafeString:
    items = ((_inline(line.removeprefix(_BULLET)),) for line in lines)
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))


def _inline(line: str) -> SafeString:
    """Escaped first; only then do our own tags, with escaped words in them, go in."""
    linked = _LINK.sub(r'<a href="\2">\1</a>', escape(line))
    return mark_safe(_BOLD.sub(r"<strong>\1</strong>", linked))  # noqa: S308 - escaped above
