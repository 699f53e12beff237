"""A message's file in the form of a text, of a subject or of a mail, rendered once for many.

Most messages of a kind differ in names, days, times and references alone. Where those stand, the
file is rendered with holes, which are kept, and each message puts its own words into them. A file
may say such a value, and ask whether there is one; it may not filter or compare it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

from scheduler.messaging.mail_html import mail_html

# What is another one in almost every message, by its name in the files; `old` and the others hold
# several.
_OPEN = frozenset(
    {
        *("date", "day", "time", "arrive_by", "arrive", "reference", "expect_by", "words"),
        *(
            "call_to",
            "call_short",
            "name",
            "greeting_name",
            "patient",
            "patient_name",
            "whose_visit",
            "Whose_visit",
        ),
        *("old", "old_date", "old_day", "old_time", "late", "late_time", "offer", "new_time"),
    }
)
# Nobody can type it: it is another one in each process.
_MARK = f"hole{token_hex(8)}"
_HOLE = re.compile(rf"{_MARK}n(\d+)e")


@dataclass(frozen=True, slots=True)
class Opened:
    """The values of a message's files, holes in the place of `said`."""

    values: dict[str, Any]
    said: list[str]

    def close(self, text: str) -> str:
        """A text that was filled with these values, with what is to stand in its holes."""
        return _HOLE.sub(lambda hole: self.said[int(hole[1])], text)


def leave_open(values: Mapping[str, Any]) -> Opened:
    """The values of a message's files with what differs left open. What is empty stays empty."""
    said: list[str] = []

    def hole(name: str, value: Any, *, within: bool = False) -> Any:
        opens = within or name in _OPEN
        if isinstance(value, Mapping):
            return {inner: hole(inner, one, within=opens) for inner, one in value.items()}
        if not (opens and isinstance(value, str) and value):
            return value
        said.append(value)
        return f"{_MARK}n{len(said) - 1}e"

    return Opened({name: hole(name, value) for name, value in values.items()}, said)


def render_part(kind: str, frame: str, opened: Opened, **more: Any) -> str:
    """What a kind's file says in this frame, in the language that is active: `mail.html` or one of
    the files in `templates/messages/frames`."""
    language, key = translation.get_language() or "", json.dumps(opened.values | more)
    parts = _parts(kind, frame, language, key)
    if len(parts) == 1:
        return parts[0]
    shown = parts.copy()
    for place in range(1, len(parts), 2):
        said = opened.said[int(parts[place])]
        shown[place] = escape(said) if frame == "mail.html" else said
    return "".join(shown)


@lru_cache(maxsize=500)
def _parts(kind: str, frame: str, language: str, key: str) -> list[str]:
    """What stands around the holes, and between these the holes' numbers."""
    values = json.loads(key)
    with translation.override(language):
        if frame != "mail.html":
            return _HOLE.split(_rendered(kind, frame, values))
        values["title"] = _rendered(kind, "title.mjml", values)
        return _HOLE.split(mail_html(_rendered(kind, "mail.mjml", values)))


def _rendered(kind: str, frame: str, values: Mapping[str, Any]) -> str:
    shown = {"frame": f"messages/frames/{frame}", "layout": frame.partition(".")[2]}
    rendered: str = render_to_string(f"messages/{kind}.txt", {**values, **shown})
    return rendered
