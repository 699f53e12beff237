"""A made-up visit to try words on: what a message's files get, as long as it can get."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from scheduler.clinic.models import Clinic
from scheduler.clinic.reading_hours import reading_hours
from scheduler.clinic.time_format import in_words
from scheduler.links.issue import information_url, manage_url, request_url
from scheduler.messaging.templates.values import new_time

# A Wednesday in September: long names in both languages.
_VISIT_AT = (2026, 9, 30, 12, 30)
_OLD_AT = (2026, 9, 23, 11, 45)
_NEW_AT = (2026, 10, 14, 11, 45)
_NAMES = {"en": "New patient visit", "es": "Primera visita"}


def example_context(
    clinic: Clinic, language: str, *, confirmed: bool = False, by_phone: bool = False
) -> dict[str, Any]:
    """The context of a visit at the clinic, its links and code filled in."""
    visit = in_words(datetime(*_VISIT_AT, tzinfo=clinic.zone), clinic.zone, language)
    new = in_words(datetime(*_NEW_AT, tzinfo=clinic.zone), clinic.zone, language)
    offer = {
        "date": new.date,
        "date_short": new.date_short,
        "time": new.time,
        "zone": new.zone,
        "provider": "Dana O'Brien-Muñoz, MD",
        "until": f"{visit.date_short}, {visit.time} {visit.zone}",
    }
    old = in_words(datetime(*_OLD_AT, tzinfo=clinic.zone), clinic.zone, language)
    return {
        "clinic": {
            "name": clinic.name,
            "sms_name": clinic.sms_name,
            "phone": clinic.phone_shown,
            "email": clinic.email,
            "read_hours": reading_hours(clinic, language),
            "address": clinic.address,
        },
        "visit": {
            "name": _NAMES[language],
            "date": visit.date,
            "date_short": visit.date_short,
            "time": visit.time,
            "zone": visit.zone,
            "zone_name": visit.zone_name,
            "arrive_by": "12:10 PM",
            "arrive_short": "12:10",
            "minutes": 60,
            "provider": "Dana O'Brien-Muñoz, MD",
            "instructions": "",
            "is_phone": by_phone,
            "call_to": "(419) 555-0123",
            "call_short": "419-555-0123",
            "reference": "7K3M9QWX",
        },
        "old": {"date": old.date, "date_short": old.date_short, "time": old.time},
        "offer": offer | {"words": new_time(offer, language)},
        "late": {"minutes": 45, "time": "12:45 PM"},
        "confirmed": confirmed,
        "greeting_name": "Alexandra Castellanos",
        "patient_name": "Alexandra Castellanos",
        "for_other": False,
        "by_phone": True,
        "expect_by": f"{visit.date_short}, {visit.time} {visit.zone}",
        "link_host": urlsplit(settings.LINK_URL).netloc,
        "manage_link": manage_url("m" * 16),
        "information_link": information_url("n" * 8),
        "find_link": f"{settings.LINK_URL}/find/",
        "request_link": request_url("r" * 16),
        "code": "123456",
        "words": "",
    }


def example_contexts(clinic: Clinic, language: str) -> Iterator[dict[str, Any]]:
    """Confirmed and not, at the clinic and by phone."""
    for confirmed in (False, True):
        for by_phone in (False, True):
            yield example_context(clinic, language, confirmed=confirmed, by_phone=by_phone)
