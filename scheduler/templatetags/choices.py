"""Free times as radio buttons: hundreds a page, so each is few bytes and little work."""

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class Time(Protocol):
    """`value` is what the form sends, `name` what people read."""

    @property
    def value(self) -> str: ...
    @property
    def name(self) -> str: ...


@register.simple_tag
def time_choices(times: Iterable[Time], part: str, day: int, chosen: str) -> SafeString:
    """A button and its label for each time; `part` and `day` make their ids unlike all others."""
    buttons = (_button(time, f"{part}{day}-{at}", chosen) for at, time in enumerate(times))
    return mark_safe("\n".join(buttons))  # noqa: S308 - escaped below


def _button(time: Time, name: str, chosen: str) -> str:
    checked = " checked" if time.value == chosen else ""
    return (
        f'<input type="radio" id="{name}" name="start" value="{escape(time.value)}"{checked}>'
        f'<label for="{name}">{escape(time.name)}</label>'
    )
