"""Free times as radio buttons: hundreds a page, so each is few bytes and little work."""

from collections.abc import Iterable
from html import escape
from typing import Protocol

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class Time(Protocol):
    """`value` is what the form sends, `name` what people read."""

    @property
    def value(self) -> str: ...
    @property
    def name(self) -> str: ...


@register.simple_tag
def time_choices(times: Iterable[Time], chosen: str) -> SafeString:
    """A radio button in its label for each time; the one at `chosen` is ticked."""
    return mark_safe("\n".join(_button(time, chosen) for time in times))  # noqa: S308 - escaped


def _button(time: Time, chosen: str) -> str:
    checked = " checked" if time.value == chosen else ""
    value, name = escape(time.value), escape(time.name)
    return f'<label><input type="radio" name="start" value="{value}"{checked}>{name}</label>'
