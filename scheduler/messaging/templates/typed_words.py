"""What people typed, made fit to stand among our own words."""

import re
from collections.abc import Collection, Mapping
from typing import Any

# Control characters, and those that turn the direction of all that follows: nobody's name needs
# one, XML forbids most, and a mail could be made to read backwards.
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# The beginning of what is filled in as a message leaves, such as [[manage_link]].
_PLACEHOLDER = re.compile(r"\[(?=\[)")


def as_text(typed: str) -> str:
    """The same words, with nothing in them that means anything to us."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _PLACEHOLDER.sub("[ ", _CONTROLS.sub("", text))


def all_as_text(
    facts: Mapping[str, Any], *, ours: Collection[str] = (), with_lines: Collection[str] = ()
) -> dict[str, Any]:
    """The facts of a message with each text as `as_text` has it, at any depth, on one line but for
    those `with_lines`; what is named in `ours` is left alone."""
    found: dict[str, Any] = {}
    for name, fact in facts.items():
        if isinstance(fact, Mapping):
            found[name] = all_as_text(fact, ours=ours, with_lines=with_lines)
        elif isinstance(fact, str) and name not in ours:
            text = as_text(fact)
            found[name] = text if name in with_lines else " ".join(text.split())
        else:
            found[name] = fact
    return found
