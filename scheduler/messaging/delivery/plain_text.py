"""A mail's plain part as programs that show nothing else like it: short lines, whole links."""

import textwrap
from functools import lru_cache

# RFC 5322, 2.1.1 asks for 78 at most; the difference is room for the marks of those who quote.
WIDTH = 72


def wrapped(text: str) -> str:
    """The text with no line longer than 72 characters, but for a link or word that is.

    Lines that are short enough stay as they are; nothing is joined.
    """
    return "\n".join(line if len(line) <= WIDTH else _wrapped(line) for line in text.split("\n"))


@lru_cache(maxsize=200)
def _wrapped(line: str) -> str:
    """Most long lines are the same in every mail."""
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
