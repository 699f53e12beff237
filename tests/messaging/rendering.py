"""Renders the message files by themselves, with values that take as much room as real ones can.

An unknown name in a template shows up as MISSING instead of as nothing.
"""

from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import translation

from scheduler.core import gsm7
from scheduler.messaging.templates.values import file_values, new_time

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MESSAGES = TEMPLATES / "messages"
LANGUAGES = ("en", "es")
MAIL_KINDS = (
    "code",
    "confirmation",
    "reminder",
    "moved",
    "cancelled",
    "restored",
    "links",
    "closed",
    "contact_received",
    "contact_unreached",
    "late",
)
VISIT_KINDS = ("confirmation", "reminder", "moved", "restored", "links", "late")
STOPPED_KINDS = ("reply_stopped", "reply_paused")
REPLY_KINDS = (
    *STOPPED_KINDS,
    "reply_confirmed",
    "reply_change",
    "reply_ambiguous",
    "reply_help",
    "reply_unknown",
    "reply_started",
    "reply_unblocked",
    "staff_reply",
)
SMS_KINDS = MAIL_KINDS + REPLY_KINDS

HOST = "h" * 24 + ".clinic1"
SECRETS = {
    "manage_link": f"https://{HOST}/a/{'m' * 16}",
    "information_link": f"https://{HOST}/i/{'n' * 8}",
    "request_link": f"https://{HOST}/contact/r/{'r' * 16}",
    "code": "123456",
    "unsubscribe_link": f"https://{HOST}/u/{'u' * 44}",
}
CLINIC = {
    "name": "Pain Management Group, Findlay",
    "sms_name": "PMG Findlay",
    "phone": "(419) 721-6358",
    "email": "contact@painmgmtgroup.com",
    "read_hours": "Mon Wed Thu Fri 8:30 AM-4:30 PM",
    "address": "229 West Main Cross St., Suite 58, Findlay, OH 45840",
}
WORDS = {
    "en": {
        "date": "Wednesday, September 30, 2026",
        "date_short": "Wed Nov 25",
        "zone_name": "Eastern time",
        "expect_by": "Wed Nov 25, 12:30 PM EST",
        "new_date": "Wednesday, December 16, 2026",
        "new_date_short": "Wed Dec 16",
        "name": "New patient visit",
    },
    "es": {
        "date": "miércoles 30 de septiembre de 2026",
        "date_short": "mié 30 sep",
        "zone_name": "hora del Este",
        "expect_by": "mié 30 sep, 12:30 PM EST",
        "new_date": "miércoles 16 de diciembre de 2026",
        "new_date_short": "mié 16 dic",
        "name": "Primera cita",
    },
}

_engine = Engine(
    dirs=[str(TEMPLATES)],
    libraries={"i18n": "django.templatetags.i18n"},
    string_if_invalid="MISSING",
)


def context(language: str, **changes: Any) -> dict[str, Any]:
    """The context of a message, placeholders not filled; `visit` in changes is merged."""
    words = WORDS[language]
    kept = {
        "date": words["new_date"],
        "date_short": words["new_date_short"],
        "time": "11:45 AM",
        "zone": "EST",
        "provider": "Dr. Dana O'Brien-Muñoz",
        "until": words["expect_by"],
    }
    offer = changes.pop("offer", kept)
    visit = {
        "name": words["name"],
        "date": words["date"],
        "date_short": words["date_short"],
        "time": "12:30 PM",
        "zone": "EST",
        "zone_name": words["zone_name"],
        "arrive_by": "12:10 PM",
        "arrive_short": "12:10",
        "call_to": "(419) 555-0123",
        "call_short": "419-555-0123",
        "minutes": 60,
        "provider": "Dr. Dana O'Brien-Muñoz",
        "instructions": "Bring a list of your medicines.\nBring your insurance card & a photo ID.",
        "is_phone": False,
        "reference": "7K3M9QWX",
    }
    return {
        "clinic": CLINIC,
        "visit": visit | changes.pop("visit", {}),
        "old": {"date": words["date"], "date_short": words["date_short"], "time": "11:45 AM"},
        "late": {"minutes": 60, "time": "12:45 PM"},
        "offer": offer | {"words": new_time(offer, language)},
        "greeting_name": "Ana O'Neil & <b>Sons</b>",
        "patient_name": "Luz Ñandú",
        "for_other": False,
        "confirmed": False,
        "expect_by": words["expect_by"],
        "by_phone": True,
        "both_links": False,
        "find_link": f"https://{HOST}/find/",
        "link_host": HOST,
        "words": "w" * 130,
        **{name: f"[[{name}]]" for name in SECRETS if name != "unsubscribe_link"},
        **changes,
    }


def render(kind: str, language: str, frame: str, **changes: Any) -> str:
    """One part of a message as it is stored, with its placeholders."""
    with translation.override(language):
        values = file_values(context(language, **changes))
        values["unsubscribe_link"] = "[[unsubscribe_link]]" if kind == "reminder" else ""
        if frame == "mail.mjml":
            values["title"] = _render(kind, "title.mjml", values)
        return _render(kind, frame, values)


def _render(kind: str, frame: str, values: dict[str, Any]) -> str:
    shown = {"frame": f"messages/frames/{frame}", "layout": frame.partition(".")[2]}
    rendered: str = _engine.get_template(f"messages/{kind}.txt").render(Context(values | shown))
    return rendered


def fill(stored: str) -> str:
    """The message as it leaves, its links and code filled in."""
    for name, value in SECRETS.items():
        stored = stored.replace(f"[[{name}]]", value)
    return stored


def sms(kind: str, language: str, **changes: Any) -> str:
    """A text as it leaves: filled and folded."""
    return fill(gsm7.fold(render(kind, language, "sms.txt", **changes).strip()))
