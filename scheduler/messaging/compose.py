"""Put a message into words: templates by kind, language and part, with placeholders for secrets.

What is stored holds `[[manage_link]]`, `[[information_link]]`, `[[request_link]]` and `[[code]]`;
`fill` puts the real ones in just before sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from scheduler.clinic.models import Clinic
from scheduler.clinic.reading_hours import reading_hours
from scheduler.core import gsm7, template_words
from scheduler.links import tokens as links
from scheduler.links.codes import CODE_DIGITS
from scheduler.links.issue import information_url, manage_url, request_url
from scheduler.messaging.message_context import (
    PLACEHOLDERS,
    _request_context,
    _visit_context,
    appointment_of,
)
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import template_of
from scheduler.messaging.templates.overrides import template_overrides
from scheduler.messaging.templates.values import override_context, template_values


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words; `text` is a text's whole body or a mail's plain part."""

    subject: str
    text: str
    html: str


def compose(message: Message, clinic: Clinic) -> Composed:
    """The message's words, placeholders unfilled. Texts are folded to GSM-7."""
    kind, language = template_of(message.kind), message.language
    context = context_of(message, clinic)
    return put_into_words(
        kind,
        message.channel,
        language,
        context,
        template_overrides(kind, language, message.channel),
    )


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
    context = {**context}

    def part(name: str) -> str:
        return render_to_string(f"messages/{kind}/{language}/{name}", context)

    def theirs(name: str) -> str:
        return template_words.fill(own[name], template_values(context, language))

    if channel == Channel.SMS:
        if template_words.TEXT in own:
            return Composed("", gsm7.fold(theirs(template_words.TEXT).strip()), "")
        text = ""
        for context["both_links"] in (True, False):
            text = gsm7.fold(part("sms.txt").strip())
            if gsm7.segments(fill(text, _as_long_as_real())) <= 1:
                break
        return Composed("", text, "")
    in_subject = template_words.SUBJECT in own
    subject = theirs(template_words.SUBJECT) if in_subject else part("subject.txt")
    if template_words.BODY in own:
        context = context | {"own": override_context(kind, theirs(template_words.BODY))}
        plain: str = render_to_string(f"messages/parts/{language}/override.txt", context)
    else:
        plain = part("body.txt")
    html = part("body.mjml") if with_html else ""
    return Composed(" ".join(subject.split()), plain.strip() + "\n", html)


def fill(text: str, secrets: dict[str, str]) -> str:
    for name, value in secrets.items():
        text = text.replace(f"[[{name}]]", value)
    return text


def _as_long_as_real() -> dict[str, str]:
    """What takes as much room as links and codes do."""
    return {
        "manage_link": manage_url("m" * sum(links.SHAPES["a"])),
        "information_link": information_url("i" * sum(links.SHAPES["i"])),
        "request_link": request_url("r" * sum(links.SHAPES["c"])),
        "code": "0" * CODE_DIGITS,
    }


def context_of(message: Message, clinic: Clinic) -> dict[str, Any]:
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
    context["words"] = message.words
    context["find_link"] = f"{settings.LINK_URL}/find/"
    appointment = appointment_of(message)
    if appointment is not None:
        context |= _visit_context(message, appointment, clinic.zone)
    if message.contact_request is not None:
        context |= _request_context(message.contact_request, message.language, clinic.zone)
    return context
