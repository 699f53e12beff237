"""Free times as radio buttons: hundreds a page, so each is few bytes and little work."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def time_choices(times: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """A radio button in its label for each (value, name); the one of the value `chosen` is ticked.

    Values are instants in RFC 3339, names what a clock shows: neither holds what HTML would read.
    """
    buttons = [
        f'<label><input type="radio" name="start" value="{value}"'
        f"{' checked' if value == chosen else ''}>{name}</label>"
        for value, name in times
    ]
    return mark_safe("\n".join(buttons))  # noqa: S308 - made of instants alone
