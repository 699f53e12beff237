"""MJML as the HTML that mail programs show.

Most mails of a kind differ in their words and links alone. So what stands around those is turned
into HTML once, and they are put into it.
"""

import re
from functools import lru_cache

import mrml

# What is between two tags, and where a link leads. Styles stay in the frame: they hold no words.
_SAID = re.compile(
    r'<mj-style\b.*?</mj-style>|(?<=>)([^<>]*[^<>\s][^<>]*)(?=<)|(?<=\shref=")([^"]*)', re.DOTALL
)
_HOLE = re.compile(r"hole-(\d+)-here")


def mail_html(mjml: str) -> str:
    said: list[str] = []

    def hole(found: re.Match[str]) -> str:
        words = found[1] or found[2]
        if words is None:
            return found[0]
        said.append(words)
        return f"hole-{len(said) - 1}-here"

    return _HOLE.sub(lambda found: said[int(found[1])], _html_of(_SAID.sub(hole, mjml)))


@lru_cache(maxsize=200)
def _html_of(frame: str) -> str:
    html: str = mrml.to_html(frame).content
    return html
