"""Today at the small clinic: visits as far along as the clock is, and two people to call back."""

from datetime import date, datetime, time, timedelta

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import NotOffered, PatientBusy, SlotTaken
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.promise import promise
from scheduler.core.status import AppointmentStatus
from scheduler.links.issue import issue_request_link
from scheduler.links.tokens import new_reference
from scheduler.patients.person import Person

_S = AppointmentStatus
# Name, visit type, and which tenth of the day's free times they have.
VISITS = (
    ("Margaret Doyle", "new-patient", 0),
    ("Frank Albright", "follow-up", 1),
    ("Rosa Jiménez", "follow-up", 2),
    ("Leonard Price", "new-patient", 3),
    ("Nancy Whitaker", "follow-up", 4),
    ("Carl Jensen", "follow-up", 5),
    ("Alma Vargas", "new-patient", 6),
    ("Theodore Blake", "follow-up", 7),
    ("Judith Hale", "follow-up", 9),
)
CALLERS = (("Irene Maddox", "book", ""), ("Hector Salinas", "question", "About my next visit."))
IN_THE_LOBBY = timedelta(minutes=20)


def load_day(*, now: datetime) -> None:
    """Today's made-up visits, as far along as the clock is, and two people to call back."""
    clinic = current_clinic()
    opening = datetime.combine(now.astimezone(clinic.zone).date(), time(0), clinic.zone)
    booked = [
        _book(number, name, visit_type, tenth, now=opening)
        for number, (name, visit_type, tenth) in enumerate(VISITS)
    ]
    # Afterwards: who is done keeps nobody from their time.
    for appointment in filter(None, booked):
        _follow(appointment, now=now)
    for number, (name, topic, note) in enumerate(CALLERS):
        request = ContactRequest.objects.create(
            reference=new_reference(),
            name=name,
            topic=topic,
            note=note,
            phone=f"+1419555{120 + number:04d}",
            promised_by=promise(clinic, now=now),
            created_at=now,
        )
        issue_request_link(request)


def _book(
    number: int, name: str, visit_type: str, tenth: int, *, now: datetime
) -> Appointment | None:
    visit = load_visit(visit_type, staff=True).for_staff()
    day = visit.local_day(now)
    schedule = load_schedule(visit, day, day, now=now)
    free = sorted({start for starts in schedule.free_starts.values() for start in starts})
    quarters = [start for start in free if start % 900 == 0]
    if not quarters:
        return None
    start = datetime.fromtimestamp(quarters[len(quarters) * tenth // 10], visit.tz)
    person = Person(
        name=name,
        date_of_birth=date(1943 + 3 * number, 1 + number, 3 + number),
        phone=f"+1419555{110 + number:04d}",
    )
    wanted = BookingRequest(visit_type=visit_type, start=start, person=person)
    try:
        return reserve(BookByStaff(wanted), now=now)
    except (NotOffered, PatientBusy, SlotTaken):
        return None


def _follow(appointment: Appointment, *, now: datetime) -> None:
    """Who is over is done, who is being seen is in the room, who is next sits in the lobby."""
    if appointment.starts_at - IN_THE_LOBBY > now:
        return
    steps = [(_S.ARRIVED, appointment.starts_at - timedelta(minutes=12))]
    if appointment.starts_at <= now:
        steps.append((_S.IN_ROOM, appointment.starts_at + timedelta(minutes=3)))
    if appointment.ends_at <= now:
        steps.append((_S.COMPLETED, appointment.ends_at))
    for step, at in steps:
        set_appointment_status(appointment.pk, step, now=min(at, now))
