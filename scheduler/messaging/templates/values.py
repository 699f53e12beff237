"""What staff's own words are filled with: the same facts that the message files have."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from scheduler.core.template_words import paragraphs
from scheduler.messaging.templates.typed_words import all_as_text

_SAME = {
    "manage_link",
    "information_link",
    "request_link",
    "code",
    "link_host",
    "expect_by",
}
_VISITS = {
    "date": "date",
    "day": "date_short",
    "time": "time",
    "zone": "zone",
    "visit_name": "name",
    "minutes": "minutes",
    "arrive_by": "arrive_by",
    "arrive": "arrive_short",
    "provider": "provider",
    "reference": "reference",
}
_CLINICS = {
    "clinic": "sms_name",
    "clinic_name": "name",
    "phone": "phone",
    "address": "address",
    "email": "email",
    "read_hours": "read_hours",
}
# Filled in as a message leaves.
PLACEHOLDERS = ("manage_link", "information_link", "request_link", "code")
_OURS = (*PLACEHOLDERS, "unsubscribe_link")
_WITH_LINES = ("instructions", "words", "address")
# What files say of a visit beside that; staff's words don't: the mail says it below them.
_IN_FILES_ONLY = ("is_phone", "instructions", "call_to", "call_short", "zone_name", "several")


def template_values(context: Mapping[str, Any], language: str) -> dict[str, str]:
    """The values of `core.template_words`' names, from the context of a message.

    What the context doesn't know is left out.
    """
    with translation.override(language):
        return _values(context)


def file_values(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a message's file is filled with: the context, under the names that staff's words use.

    In the language that is active. What people typed is text and nothing else.
    """
    context = all_as_text(context, ours=_OURS, with_lines=_WITH_LINES)
    visit, old = context.get("visit"), context.get("old")
    values = {**context, **_values(context)}
    if visit is not None:
        values |= {name: visit[name] for name in _IN_FILES_ONLY if name in visit}
        values["whose_visit"], values["Whose_visit"] = _whose_visit(context)
    if old is not None:
        values["old_date"] = old["date"]
    return values


def _whose_visit(context: Mapping[str, Any]) -> tuple[str, str]:
    """Within a sentence, and at its start."""
    if not context["for_other"]:
        return gettext("your visit"), gettext("Your visit")
    patient = {"patient": context["patient_name"]}
    return gettext("the visit for %(patient)s") % patient, gettext(
        "The visit for %(patient)s"
    ) % patient


def _values(context: Mapping[str, Any]) -> dict[str, str]:
    clinic, visit, old = context["clinic"], context.get("visit"), context.get("old")
    values = {name: str(context[name]) for name in _SAME if name in context}
    values |= {name: clinic[field] for name, field in _CLINICS.items()}
    values["name"] = context.get("greeting_name", "")
    if visit is not None:
        values |= {name: str(visit[field]) for name, field in _VISITS.items()}
        values["visit"] = _visit_word(visit)
        values["patient"] = context["patient_name"]
        values["confirm"] = "" if context["confirmed"] else ask_to_confirm()
    if "late" in context:
        values |= {f"late_{name}": str(value) for name, value in context["late"].items()}
    if "offer" in context:
        values["new_time"] = context["offer"]["words"]
    if old is not None:
        values |= {"old_day": old["date_short"], "old_time": old["time"]}
    return values


def _visit_word(visit: Mapping[str, Any]) -> str:
    if visit.get("several"):
        return gettext("visits")
    return gettext("phone visit") if visit["is_phone"] else gettext("visit")


def ask_to_confirm() -> str:
    return gettext("Reply 1 to confirm.")


def new_time(offer: Mapping[str, str], language: str) -> str:
    """Before the link: the time that is kept after a closing (no `time`: there is none), and what
    the link is for."""
    with translation.override(language):
        if not offer["time"]:
            return gettext("Your visit is off. New time:")
        return gettext("New time: %(date_short)s %(time)s %(zone)s. Take it or change:") % offer


def short_time(time: str) -> str:
    """ "12:10" of "12:10 PM": beside the visit's own time nobody takes it for the night's."""
    return time.removesuffix(" AM").removesuffix(" PM")


def short_number(national: str) -> str:
    """ "419-555-0123" of "(419) 555-0123": two letters less of a text."""
    return national.replace("(", "").replace(") ", "-")


def override_context(words: str) -> dict[str, Any]:
    """What the mail's frames need to show these words instead of the file's own."""
    parts = paragraphs(words)
    return {"paragraphs": parts, "words": "\n\n".join(parts)}
