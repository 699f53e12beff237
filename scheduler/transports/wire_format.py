"""A mail as SMTP wants it, put together by Django's mail once for all that are built alike.

Such mails differ in their bodies and in a few headers. These are left open in the one that Django
makes, which is kept, and each mail is put into it.
"""

import re
from base64 import encodebytes
from dataclasses import replace
from email.generator import BytesGenerator
from email.header import Header
from email.policy import compat32
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from secrets import token_hex

from django.core.mail import EmailMultiAlternatives

from scheduler.transports.base import Outgoing
from scheduler.transports.mail_message import build, one_address, refuse_control_characters

# RFC 5322, 2.1.1: a body with longer lines has to be written in another form.
_LONGEST_LINE = 998
_LONGEST_SUBJECT = 200
# Nobody can type it: it is another one in each process.
_MARK = token_hex(12)
_HOLE = re.compile(rf"hole-([a-z]+)-{_MARK}(?:@example\.org)?".encode())
# Folded, a link would be cut in two by programs that read headers line by line.
_UNFOLDED = compat32.clone(max_line_length=0)


def wire_format(outgoing: Outgoing, *, from_address: str, message_id_host: str) -> bytes:
    """The mail, every line of it ended by CR LF, its bodies in UTF-8 as they are.

    Raises `Refused` with "bad-header" or "bad-address".
    """
    refuse_control_characters(outgoing, from_address, message_id_host)
    calendar = outgoing.calendar or b""
    text, html, event = (
        _body(said) for said in (outgoing.text.encode(), outgoing.html.encode(), calendar)
    )
    if any(len(line) > _LONGEST_LINE for body in (text, html, event) for line in body.splitlines()):
        return _flat(_mail(outgoing, from_address, message_id_host))
    alike = replace(
        outgoing,
        message_id=_hole("id"),
        to=f"{_hole('to')}@example.org",
        subject=_hole("subject"),
        text=_body_hole("text", text),
        html=_body_hole("html", html),
        calendar=_body_hole("event", event).encode() or None,
        unsubscribe_url=_hole("unsubscribe") if outgoing.unsubscribe_url else "",
        leave_by=None,
    )
    shown = _around(alike, from_address, message_id_host).copy()
    filled = {
        b"id": outgoing.message_id.encode(),
        b"to": one_address(outgoing.to).encode(),
        b"subject": _subject(outgoing.subject),
        b"date": formatdate().encode(),
        b"unsubscribe": outgoing.unsubscribe_url.encode(),
        b"text": text,
        b"html": html,
        b"event": event,
        b"file": _body(encodebytes(calendar).strip()),
        b"outer": token_hex(16).encode(),
        b"inner": token_hex(16).encode(),
    }
    shown[1::2] = [filled[name] for name in shown[1::2]]
    return b"".join(shown)


@lru_cache(maxsize=200)
def _around(alike: Outgoing, from_address: str, message_id_host: str) -> list[bytes]:
    """What stands around the holes, and between these the holes' names."""
    mail = _mail(alike, from_address, message_id_host)
    mail.extra_headers["Date"] = _hole("date")
    content = _flat(mail, boundaries=(_hole("outer"), _hole("inner")))
    if alike.calendar is not None:
        content = content.replace(encodebytes(alike.calendar).strip(), _hole("file").encode())
    return _HOLE.split(content.replace("é".encode(), b""))


def _mail(outgoing: Outgoing, from_address: str, message_id_host: str) -> EmailMultiAlternatives:
    return build(
        outgoing,
        from_address=from_address,
        message_id_host=message_id_host,
        calendar_as_alternative=True,
    )


def _flat(mail: EmailMultiAlternatives, boundaries: tuple[str, ...] = ()) -> bytes:
    message = mail.message()
    parts = [part for part in message.walk() if part.is_multipart()]
    # Else the generator reads the whole mail for one that is not in it.
    for part, boundary in zip(parts, boundaries or map(token_hex, (16, 16)), strict=False):
        part.set_boundary(boundary)
    content = BytesIO()
    BytesGenerator(content, mangle_from_=False, policy=_UNFOLDED).flatten(message, linesep="\r\n")
    return content.getvalue()


def _hole(name: str) -> str:
    return f"hole-{name}-{_MARK}"


def _body_hole(name: str, body: bytes) -> str:
    """A body that is not ASCII is announced as such, so its hole may not be either."""
    if not body:
        return ""
    return _hole(name) if body.isascii() else f"{_hole(name)}é"


def _body(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _subject(subject: str) -> bytes:
    if subject.isascii() and len(subject) <= _LONGEST_SUBJECT:
        return subject.encode()
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n").encode()
