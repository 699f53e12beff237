"""Put a message into words: a file a kind, in all languages, with placeholders for secrets.

A file says what its text, its subject and its mail hold; `templates/messages/frames` put that
into their form.

What is stored holds `[[manage_link]]`, `[[information_link]]`, `[[unsubscribe_link]]`,
`[[request_link]]` and `[[code]]`; `fill` puts the real ones in just before sending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from scheduler.clinic.models import Clinic
from scheduler.clinic.reading_hours import reading_hours
from scheduler.core import gsm7, template_words
from scheduler.links import tokens as links
from scheduler.links.codes import CODE_DIGITS
from scheduler.links.issue import information_url, manage_url, request_url
from scheduler.messaging.message_context import (
    ToldToo,
    _request_context,
    _visit_context,
    appointment_of,
    can_unsubscribe,
)
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import template_of
from scheduler.messaging.templates.frames import Opened, leave_open, render_part
from scheduler.messaging.templates.overrides import template_overrides
from scheduler.messaging.templates.values import PLACEHOLDERS, file_values, override_context


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words; `text` is a text's whole body or a mail's plain part."""

    subject: str
    text: str
    html: str


def compose(
    message: Message,
    clinic: Clinic,
    overrides: Mapping[str, str] | None = None,
    told_too: Sequence[ToldToo] = (),
) -> Composed:
    """The message's words, placeholders unfilled. Texts are folded to GSM-7.

    `overrides` are staff's words by part, where they are read already; `told_too` are the patient's
    other visits of that day, which a reminder by text names.
    """
    kind, language = template_of(message.kind), message.language
    if overrides is None:
        overrides = template_overrides(kind, language, message.channel)
    context = context_of(message, clinic, told_too)
    return put_into_words(kind, message.channel, language, context, overrides)


def carries_visit_link(message: Message, clinic: Clinic) -> bool:
    """Whether the visit's link is in it: a text may have no room for it, a mail always has."""
    is_text = message.channel == Channel.SMS
    return not is_text or "[[manage_link]]" in compose(message, clinic).text


def put_into_words(
    kind: str,
    channel: str,
    language: str,
    context: dict[str, Any],
    own: Mapping[str, str],
    *,
    with_html: bool = True,
) -> Composed:
    """The words of a kind for what is in `context`; `own` are staff's, by part, where they wrote
    some. What is only stored needs no HTML.

    A text has the link of the information and that of the visit where one segment holds both, else
    the first, and the way to get the other.
    """
    with translation.override(language):
        facts = leave_open(file_values(context))
        theirs = {part: template_words.fill(words, facts.values) for part, words in own.items()}
        if channel == Channel.SMS:
            text = theirs.get(template_words.TEXT)
            text = _text(kind, facts) if text is None else gsm7.fold(facts.close(text))
            return Composed("", text, "")
        return _mail(kind, facts, theirs, with_html=with_html)


def _text(kind: str, facts: Opened) -> str:
    text = ""
    for both_links in (True, False):
        text = gsm7.fold(render_part(kind, "sms.txt", facts, both_links=both_links).strip())
        if segments_of(text) <= 1:
            break
    return text


def _mail(kind: str, facts: Opened, theirs: Mapping[str, str], *, with_html: bool) -> Composed:
    if template_words.SUBJECT in theirs:
        subject = facts.close(theirs[template_words.SUBJECT])
    else:
        subject = render_part(kind, "subject.txt", facts)
    body = theirs.get(template_words.BODY)
    own = {} if body is None else {"own": override_context(body)}
    plain = render_part(kind, "mail.txt", facts, **own)
    html = render_part(kind, "mail.html", facts, **own) if with_html else ""
    return Composed(" ".join(subject.split()), plain.strip() + "\n", html)


def fill(text: str, secrets: dict[str, str]) -> str:
    for name, value in secrets.items():
        text = text.replace(f"[[{name}]]", value)
    return text


def segments_of(stored: str) -> int:
    """What a stored text is paid by, once its links and codes are filled in."""
    return gsm7.segments(fill(stored, _as_long_as_real()))


def _as_long_as_real() -> dict[str, str]:
    """What takes as much room as links and codes do."""
    return {
        "manage_link": manage_url("m" * sum(links.SHAPES["a"])),
        "information_link": information_url("i" * sum(links.SHAPES["i"])),
        "request_link": request_url("r" * sum(links.SHAPES["c"])),
        "code": "0" * CODE_DIGITS,
    }


def context_of(
    message: Message, clinic: Clinic, told_too: Sequence[ToldToo] = ()
) -> dict[str, Any]:
    """What its template is filled with, links and codes as placeholders."""
    context: dict[str, Any] = {name: f"[[{name}]]" for name in PLACEHOLDERS}
    context["link_host"] = urlsplit(settings.LINK_URL).netloc
    context["clinic"] = {
        "name": clinic.name,
        "sms_name": clinic.sms_name,
        "phone": clinic.phone_shown,
        "email": clinic.email,
        "read_hours": reading_hours(clinic, message.language),
        "address": clinic.address,
    }
    context["unsubscribe_link"] = "[[unsubscribe_link]]" if can_unsubscribe(message) else ""
    context["words"] = message.words
    context["find_link"] = f"{settings.LINK_URL}/find/"
    appointment = appointment_of(message)
    if appointment is not None:
        context |= _visit_context(message, appointment, clinic.zone, told_too)
    if message.contact_request is not None:
        context |= _request_context(message.contact_request, message.language, clinic.zone)
    return context
