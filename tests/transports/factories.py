"""Plain values for the transports' tests."""

from dataclasses import replace
from typing import Any

from scheduler.transports.base import Outgoing

ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
    "BEGIN:VEVENT\r\nUID:a@example.org\r\nSUMMARY:Visita de niño\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

TEXT = Outgoing(
    message_id="0123456789abcdef0123456789abcdef",
    to="+14195550100",
    text="PMG Findlay: visit booked, Tue Nov 24, 10:00 AM EST.",
)

MAIL = Outgoing(
    message_id="0123456789abcdef0123456789abcdef",
    to="ana@example.org",
    text="Hello Ana,\n\nyour visit is booked. ¡Hasta pronto!\n",
    subject="PMG Findlay: your visit on Tuesday, November 24, 2026",
    html="<p>Hello Ana, your visit is booked. ¡Hasta pronto!</p>",
    calendar=ICS.encode(),
    sender_name="PMG Findlay",
    reply_to="front-desk@example.org",
)


def text(**changes: Any) -> Outgoing:
    """A text, with changes."""
    return replace(TEXT, **changes)


def mail(**changes: Any) -> Outgoing:
    """A mail with HTML and an invitation, with changes."""
    return replace(MAIL, **changes)
