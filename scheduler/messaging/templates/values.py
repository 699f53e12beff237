"""What staff's own words are filled with: the same facts that the message files have."""

from collections.abc import Mapping
from typing import Any

from scheduler.core.template_words import paragraphs

_VISIT = {"en": ("visit", "phone visit"), "es": ("cita", "cita por teléfono")}
CONFIRM = {"en": "Reply 1 to confirm.", "es": "Responda 1: confirmar."}
_NEW_TIME = {
    "en": (
        "New time: {date_short} {time} {zone}. Take it or change:",
        "Your visit is off. New time:",
    ),
    "es": (
        "Nueva hora: {date_short} {time} {zone}. Acepte o cambie:",
        "Su cita se cancela. Otra hora:",
    ),
}
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


def template_values(context: Mapping[str, Any], language: str) -> dict[str, str]:
    """The values of `core.template_words`' names, from the context of a message's files.

    What the context doesn't know is left out.
    """
    clinic, visit, old = context["clinic"], context.get("visit"), context.get("old")
    values = {name: str(context[name]) for name in _SAME if name in context}
    values |= {name: clinic[field] for name, field in _CLINICS.items()}
    values["name"] = context.get("greeting_name", "")
    if visit is not None:
        values |= {name: str(visit[field]) for name, field in _VISITS.items()}
        values["visit"] = _VISIT[language][bool(visit["is_phone"])]
        values["patient"] = context["patient_name"]
        values["confirm"] = "" if context["confirmed"] else CONFIRM[language]
    if "late" in context:
        values |= {f"late_{name}": str(value) for name, value in context["late"].items()}
    if "offer" in context:
        values["new_time"] = context["offer"]["words"]
    if old is not None:
        values |= {"old_day": old["date_short"], "old_time": old["time"]}
    return values


def new_time(offer: Mapping[str, str], language: str) -> str:
    """Before the link: the time that is kept after a closing (no `time`: there is none), and what
    the link is for."""
    kept, none = _NEW_TIME[language]
    return kept.format_map(offer) if offer["time"] else none


def short_time(time: str) -> str:
    """ "12:10" of "12:10 PM": beside the visit's own time nobody takes it for the night's."""
    return time.removesuffix(" AM").removesuffix(" PM")


def short_number(national: str) -> str:
    """ "419-555-0123" of "(419) 555-0123": two letters less of a text."""
    return national.replace("(", "").replace(") ", "-")


def override_context(kind: str, words: str) -> dict[str, Any]:
    """What the mail's frame needs to show these words instead of the file's own."""
    parts = paragraphs(words)
    return {"kind": kind, "paragraphs": parts, "words": "\n\n".join(parts)}
