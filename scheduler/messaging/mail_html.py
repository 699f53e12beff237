"""MJML as the HTML that mail programs show, in lines that mail servers take as they are."""

import re

import mrml

# Between these, white space is never shown. RFC 5322, 2.1.1: no line over 998 bytes, or the whole
# would have to be written in a longer form.
_BREAK = re.compile(r">(?=</?(?:head|meta|style|title|body|div|table|tbody|tr|td|th|p|h1)\b)")


def mail_html(mjml: str) -> str:
    html: str = mrml.to_html(mjml).content
    return _BREAK.sub(">\n", html)
