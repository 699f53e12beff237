"""A small clinic in a database of its own: three providers, their hours and a week of visits.

What a browser or a process needs to find is here; `tests/template.py` knows the whole demo, too.
"""

from datetime import date, datetime, time, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.clinic.models import Provider, Room, VisitType, WeeklyHours
from scheduler.patients.person import Person

_MORNING, _AFTERNOON = (time(8, 30), time(12)), (time(13), time(16, 30))
_ALL_DAYS = range(5)
PROVIDERS: dict[str, tuple[str, str, tuple[int, ...], tuple[str, ...]]] = {
    "maya-ellison": (
        "Maya Ellison",
        "MD",
        tuple(_ALL_DAYS),
        ("new-patient", "follow-up", "phone-visit", "procedure"),
    ),
    "tomas-reyes": (
        "Tomás Reyes",
        "DO",
        (0, 1, 2, 3),
        ("new-patient", "follow-up", "procedure"),
    ),
    "priya-nair": ("Priya Nair", "CNP", (0, 2, 4), ("new-patient", "follow-up", "phone-visit")),
}
PATIENTS = (
    "Harold Greene",
    "Lucía Fernández",
    "Dorothy Banks",
    "Samuel Ortiz",
    "Evelyn Harper",
    "George Novak",
    "Ruth Castellanos",
    "Walter Kim",
)
TWO_WEEKS = timedelta(days=14)


def load_providers(*, now: datetime) -> None:
    """Create the providers with their hours, and the visits of their first two weeks."""
    procedure_room = Room.objects.get(slug="procedure")
    for slug, (name, credentials, weekdays, types) in PROVIDERS.items():
        provider = Provider.objects.create(slug=slug, name=name, credentials=credentials, demo=True)
        provider.visit_types.set(VisitType.objects.filter(slug__in=types))
        general = [one for one in types if one != "procedure"]
        for weekday in weekdays:
            for opens, closes in (_MORNING, _AFTERNOON):
                hours = WeeklyHours.objects.create(
                    provider=provider, weekday=weekday, opens=opens, closes=closes
                )
                hours.visit_types.set(VisitType.objects.filter(slug__in=general))
        if "procedure" in types:
            _procedure_mornings(provider, procedure_room, now.date())
    _book_a_week(now=now)


def _procedure_mornings(provider: Provider, room: Room, today: date) -> None:
    """Every second Thursday morning."""
    hours = WeeklyHours.objects.create(
        provider=provider,
        weekday=3,
        opens=time(8, 30),
        closes=time(12),
        valid_from=today - timedelta(days=today.weekday()),
        every_n_weeks=2,
        room=room,
    )
    hours.visit_types.set(VisitType.objects.filter(slug="procedure"))


def _book_a_week(*, now: datetime) -> None:
    """Give each made-up patient a visit at a free time; none of them gets a message."""
    visits = [load_visit("new-patient"), load_visit("follow-up")]
    for number, name in enumerate(PATIENTS):
        visit = visits[number % 2]
        first = visit.local_day(now)
        schedule = load_schedule(visit, first, first + TWO_WEEKS, now=now)
        free = sorted({start for starts in schedule.free_starts.values() for start in starts})
        if not free:
            continue
        start = datetime.fromtimestamp(free[len(free) * number // (2 * len(PATIENTS))], visit.tz)
        person = Person(
            name=name,
            date_of_birth=date(1948 + 4 * number, 1 + number, 5 + number),
            phone=f"+1419555{100 + number:04d}",
            language="es" if name.startswith("L") else "en",
        )
        try:
            request = BookingRequest(visit_type=visit.slug, start=start, person=person)
            reserve(BookByStaff(request), now=now)
        except SlotTaken:
            continue
