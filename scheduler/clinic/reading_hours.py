"""When staff read the texts that come in, as the clinic has set it up."""

from datetime import time

from scheduler.clinic.models import Clinic
from scheduler.clinic.time_format import time_in_words

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}


def reading_hours(clinic: Clinic, language: str) -> str:
    """Such as "Mon-Fri 9 AM-4 PM", the clinic's time; empty where nobody reads them."""
    if not clinic.texts_are_read:
        return ""
    names = _DAYS[language]
    days = [day for day in range(7) if clinic.business_days >> day & 1]
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    shown = (
        f"{names[days[0]]}-{names[days[-1]]}" if in_a_row else " ".join(names[day] for day in days)
    )
    return f"{shown} {_short(clinic.texts_read_from)}-{_short(clinic.texts_read_until)}"


def _short(at: time) -> str:
    return time_in_words(at).replace(":00", "")
