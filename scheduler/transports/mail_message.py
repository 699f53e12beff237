"""Builds the MIME message of a mail: text, HTML, and an invitation that calendars understand."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.mime.text import MIMEText
from unicodedata import category

from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import punycode

from scheduler.transports.base import Outgoing
from scheduler.transports.errors import Refused

CALENDAR_FILE = "appointment.ics"
MESSAGE_ID = "message_id"
ONE_CLICK = "List-Unsubscribe=One-Click"
# Unicode's control characters, line and paragraph separators, and halves of characters.
FORBIDDEN = frozenset({"Cc", "Zl", "Zp", "Cs"})
# Most addresses need no closer look: RFC 5322's dot-atom on both sides.
_PLAIN = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)+",
    re.ASCII | re.IGNORECASE,
)


def build(
    outgoing: Outgoing, *, from_address: str, message_id_host: str, calendar_as_alternative: bool
) -> EmailMultiAlternatives:
    """The mail, with a Message-ID that is the same at every attempt.

    Outlook and Gmail read an invitation that is one of the body's alternatives, Apple Mail one
    that is attached. Mail services with an API take no alternatives but HTML: there it is only
    attached. Raises `Refused` with "bad-header" or "bad-address".
    """
    refuse_control_characters(outgoing, from_address, message_id_host)
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=str(_address(from_address, outgoing.sender_name)),
        to=[one_address(outgoing.to)],
        reply_to=[one_address(outgoing.reply_to)] if outgoing.reply_to else None,
        headers=_headers(outgoing, message_id_host),
    )
    # Mail services with an API give it back with what they tell of the mail. SMTP does not.
    mail.metadata = {MESSAGE_ID: outgoing.message_id}  # type: ignore[attr-defined]
    if outgoing.html:
        mail.attach_alternative(outgoing.html, "text/html")
    if outgoing.calendar is not None:
        _add_calendar(mail, outgoing, outgoing.calendar, as_alternative=calendar_as_alternative)
    return mail


def _headers(outgoing: Outgoing, message_id_host: str) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{outgoing.message_id}@{message_id_host}>",
        # RFC 3834: who answers mail by itself leaves this one alone.
        "Auto-Submitted": "auto-generated",
    }
    if outgoing.unsubscribe_url:
        # RFC 8058: the mail program shows a button, and its POST is the whole act.
        headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = ONE_CLICK
    return headers


def _add_calendar(
    mail: EmailMultiAlternatives, outgoing: Outgoing, ics: bytes, *, as_alternative: bool
) -> None:
    if as_alternative:
        kind = f"text/calendar; method={outgoing.calendar_method}"
        mail.attach_alternative(ics.decode(), kind)
        mail.attach(CALENDAR_FILE, ics, "application/ics")
        return
    part = MIMEText(ics.decode(), "calendar", "utf-8")
    part.set_param("method", outgoing.calendar_method)
    part.add_header("Content-Disposition", "attachment", filename=CALENDAR_FILE)
    mail.attach(part)


def refuse_control_characters(outgoing: Outgoing, *others: str) -> None:
    """A line break in a header would start another header: nothing of the kind gets near one.

    Raises `Refused` with "bad-header".
    """
    headers = (
        outgoing.message_id,
        outgoing.to,
        outgoing.subject,
        outgoing.sender_name,
        outgoing.reply_to,
        outgoing.unsubscribe_url,
        outgoing.calendar_method,
        *others,
    )
    suspicious = (value for value in headers if not value.isprintable())
    if any(category(character) in FORBIDDEN for value in suspicious for character in value):
        raise Refused("bad-header", "a control character in a header")


def one_address(address: str) -> str:
    """Exactly one address, its domain in ASCII. Raises `Refused` with "bad-address"."""
    return address if _PLAIN.fullmatch(address) else _address(address).addr_spec


def _address(address: str, name: str = "") -> Address:
    """Exactly one address, its domain in ASCII; two in one string are refused."""
    local, at, domain = address.rpartition("@")
    try:
        if not (at and local.isascii()):
            raise ValueError
        return Address(display_name=name, addr_spec=f"{local}@{punycode(domain)}")
    except (ValueError, IndexError, HeaderParseError):
        raise Refused("bad-address", "not one mail address") from None
