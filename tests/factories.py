"""A small clinic in Findlay, made of plain functions with fixed values.

`at("2026-11-24 10:00")` is an instant as the clinic's wall clock shows it. Unless a test says
otherwise it is Monday, November 16, 2026, 10:00 (NOW), and a visit is on the Tuesday of the week
after (TUESDAY), which leaves room for every reminder.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from scheduler.booking.book import BookAtOnce
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.holds.hold import Hold
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.clinic.models import (
    Clinic,
    Provider,
    Room,
    TimeOff,
    VisitType,
    VisitTypeRoom,
    WeeklyHours,
)
from scheduler.links import issue
from scheduler.links.codes import code
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact, Patient
from scheduler.patients.names import fold_name
from scheduler.patients.person import Person
from tests import seed

ZONE = ZoneInfo("America/New_York")
PHONE = "+14195550123"
EMAIL = "ana@example.org"
PATIENT = Appointment.Actor.PATIENT.value
STAFF = Appointment.Actor.STAFF.value
_ALL_WEEK = range(5)


def at(text: str, *, fold: int = 0) -> datetime:
    """ "2026-11-24 10:00" on the clinic's wall; `fold=1` is the second pass of a repeated hour."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold)


NOW = at("2026-11-16 10:00")
TUESDAY = at("2026-11-24 10:00")


def make_clinic() -> Clinic:
    """The Findlay clinic with its own visit types, rooms and condition page, and nobody in it."""
    seed.copy("set_up")
    return Clinic.objects.get()


def make_room(slug: str) -> Room:
    return Room.objects.get_or_create(slug=slug, defaults={"name": slug})[0]


def make_visit_type(
    slug: str = "check-up", *, rooms: Iterable[str] = (), **fields: Any
) -> VisitType:
    """One hour on the quarter hours, for anyone, with no notice, no reminders and no room unless
    told."""
    visit_type = VisitType.objects.create(
        **{
            "slug": slug,
            "name": "Check-up",
            "name_es": "Chequeo",
            "duration_minutes": 60,
            "grid_minutes": 15,
            "horizon_days": 90,
            "own_reminders": True,
            **fields,
        }
    )
    for position, room in enumerate(rooms):
        VisitTypeRoom.objects.create(visit_type=visit_type, room=make_room(room), position=position)
    return visit_type


def make_provider(
    slug: str = "dana",
    *visit_types: str,
    weekdays: Iterable[int] = _ALL_WEEK,
    hours: tuple[str, str] | None = ("09:00", "17:00"),
) -> Provider:
    """Sees these visit types (new patients, unless told), Mondays to Fridays from 9 to 5."""
    if (slug, visit_types, weekdays, hours) == ("dana", (), _ALL_WEEK, ("09:00", "17:00")):
        seed.copy("dana")
        return Provider.objects.get(slug=slug)
    provider = Provider.objects.create(slug=slug, name=slug.title())
    wanted = visit_types or ("new-patient",)
    provider.visit_types.set(VisitType.objects.filter(slug__in=wanted))
    if hours:
        opens, closes = map(time.fromisoformat, hours)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(provider=provider, weekday=weekday, opens=opens, closes=closes)
            for weekday in weekdays
        )
    return provider


def make_hours(
    provider: Provider,
    weekday: int,
    opens: str,
    closes: str,
    *visit_types: str,
    **fields: Any,
) -> WeeklyHours:
    """Hours of one weekday (Monday is 0), for these visit types or for all."""
    hours = WeeklyHours.objects.create(
        provider=provider,
        weekday=weekday,
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        **fields,
    )
    if visit_types:
        hours.visit_types.set(VisitType.objects.filter(slug__in=visit_types))
    return hours


def make_time_off(
    first: str, last: str = "", *, times: tuple[str, str] | None = None, **fields: Any
) -> TimeOff:
    """Unsaved: `take_time_off` saves it, or `.save()` does without asking."""
    starts, ends = map(time.fromisoformat, times) if times else (None, None)
    return TimeOff(
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last or first),
        starts=starts,
        ends=ends,
        **fields,
    )


def a_person(**changes: Any) -> Person:
    """Ana Ruiz, who answers her own phone and mail, and agreed to both."""
    return Person(
        **{
            "name": "Ana Ruiz",
            "date_of_birth": date(1958, 3, 9),
            "phone": PHONE,
            "email": EMAIL,
            "sms_consent": True,
            "email_consent": True,
            **changes,
        }
    )


def somebody(number: int, **changes: Any) -> Person:
    """A different person for each number, with a phone and a mail address of their own."""
    return a_person(
        **{
            "name": f"Person {'abcdefghij'[number // 10 % 10]}{'abcdefghij'[number % 10]}",
            "phone": f"+1419555{1000 + number:04d}",
            "email": f"person-{number}@example.org",
            **changes,
        }
    )


def wanted(
    start: datetime = TUESDAY, *, person: Person | None = None, **changes: Any
) -> BookingRequest:
    """A first visit for Ana with whoever is free, asked for from one network."""
    return BookingRequest(
        **{
            "visit_type": "new-patient",
            "start": start,
            "person": person or a_person(),
            "network": "198.51.100.0/24",
            **changes,
        }
    )


def hold(start: datetime = TUESDAY, *, now: datetime = NOW, **changes: Any) -> Appointment:
    return reserve(Hold(wanted(start, **changes)), now=now)


def book(
    start: datetime = TUESDAY, *, now: datetime = NOW, by: str = PATIENT, **changes: Any
) -> Appointment:
    """A booked visit, as verification would leave it."""
    policy = BookByStaff if by == STAFF else BookAtOnce
    return reserve(policy(wanted(start, **changes)), now=now)


def make_patient(name: str = "Ana Ruiz", **fields: Any) -> Patient:
    return Patient.objects.create(
        **{
            "name": name,
            "folded_name": fold_name(name),
            "date_of_birth": date(1958, 3, 9),
            "phone": PHONE,
            "created_at": NOW,
            **fields,
        }
    )


def make_contact(patient: Patient, **fields: Any) -> Contact:
    return Contact.objects.create(
        **{"patient": patient, "name": patient.name, "phone": patient.phone, **fields}
    )


def code_of(appointment: Appointment) -> str:
    """The code that was sent last."""
    return code(settings.LINK_KEYS, appointment.reference, appointment.code_number)


def wrong_code(appointment: Appointment) -> str:
    return f"{(int(code_of(appointment)) + 1) % 1_000_000:06d}"


def token_of(appointment: Appointment, purpose: str = "a") -> str:
    return issue.token_of(appointment.links.get(purpose=purpose))


def token_in(message: Message, purpose: str = "a") -> str:
    """The token of that link as it goes out in this text of a visit, or of an answer about one."""
    visit = message.appointment or (message.inbound and message.inbound.appointment)
    assert visit
    return issue.tokens_in_text(visit.links.all(), message.pk, settings.LINK_KEYS)[purpose]


def messages_of(appointment: Appointment, **which: Any) -> list[Message]:
    """The appointment's messages, the next due first."""
    return list(appointment.messages.filter(**which).order_by("due_at", "channel", "pk"))


def body(start: datetime | str = TUESDAY, **changes: Any) -> dict[str, Any]:
    """What `POST appointments` takes, for Ana; a change of None leaves the field out."""
    typed: dict[str, Any] = {
        "visit_type": "new-patient",
        "start": start.isoformat() if isinstance(start, datetime) else start,
        "patient": patient_body(),
        "consent": {"sms": True, "email": True},
        **changes,
    }
    return {name: value for name, value in typed.items() if value is not None}


def patient_body(**changes: Any) -> dict[str, Any]:
    typed = {
        "name": "Ana Ruiz",
        "date_of_birth": "1958-03-09",
        "phone": PHONE,
        "email": EMAIL,
        **changes,
    }
    return {name: value for name, value in typed.items() if value is not None}
