"""A mail's plain part as programs that show nothing else like it: short lines, whole links."""

import textwrap

# RFC 5322, 2.1.1 asks for 78 at most; the difference is room for the marks of those who quote.
WIDTH = 72


def wrapped(text: str) -> str:
    """The text with no line longer than 72 characters, but for a link or word that is.

    Lines that are short enough stay as they are; nothing is joined.
    """
    lines = (
        textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        for line in text.split("\n")
    )
    return "\n".join(line for group in lines for line in group)
