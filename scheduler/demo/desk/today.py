"""What makes today look alive: a provider behind, unfinished bookings, messages that went wrong."""

from datetime import timedelta
from functools import partial

from scheduler.booking.holds.hold_for_call import NOON
from scheduler.booking.holds.send_code import CODE_LIVES
from scheduler.booking.models import Appointment
from scheduler.clinic.local_days import bounds
from scheduler.closures.models import ProviderDelay
from scheduler.closures.run_late import AHEAD
from scheduler.core.status import AppointmentStatus
from scheduler.demo.cast import Cast
from scheduler.demo.desk.closures import visits_of
from scheduler.demo.people import names
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.visits.history import BOOKS
from scheduler.demo.visits.waiting_room import STEP
from scheduler.messaging.plan import LATE_PREFIX
from scheduler.patients.models import PatientNote
from scheduler.worklist.models import StaffTask

_S = AppointmentStatus
LATE = "staff/day/late/<slug:slug>/"
NOTE = "staff/patients/<int:pk>/note/"
BEHIND, SAID_AGO = 30, timedelta(minutes=14)
UNFINISHED = 11
NEAR, SOON = timedelta(minutes=20), timedelta(minutes=75)
# Days before now, the way, and the code in which the next message of that time ends.
MISHAPS = (
    (0.1, "sms", "timeout"),
    (0.6, "sms", "30008"),
    (0.9, "sms", "timeout"),
    (1.3, "sms", "30006"),
    (2.1, "email", "smtp-550"),
    (3.2, "sms", "30007"),
    (4.1, "sms", "30005"),
    (5.0, "sms", "timeout"),
    (21, "sms", "21614"),
    (44, "email", "smtp-552"),
    (70, "sms", "30006"),
    (101, "sms", "timeout"),
)


def make_today(cast: Cast) -> None:
    """Put what is going on now, and was lately, into the months."""
    days, rng, world = cast.days, cast.world.rng, cast.world
    for back, way, code in MISHAPS:
        cast.carrier.let_go_wrong(cast.now - timedelta(days=back), way, code)
    for number in range(UNFINISHED):
        at = days.in_waking_hours(cast.today - timedelta(days=1 + 2 * number), rng)
        world.later(at, partial(_give_up_booking, cast, cast.strangers[-1 - number]), BOOKS)
    kept = partial(_keep_for_a_call, cast, cast.strangers[-1 - UNFINISHED])
    world.later(cast.awake(timedelta(minutes=35)), kept, BOOKS)
    for number, words in enumerate(names.PATIENT_NOTES):
        at = days.in_office(cast.today - timedelta(days=2 + 9 * number), rng)
        world.later(at, partial(_write_note, cast, words), cast.tasks.somebody(NOTE))
    if days.staff_is_in(cast.now):
        for minutes, step in ((4, _call_in), (3, _seat), (1, _call_in), (0, _seat)):
            at = cast.now - timedelta(minutes=minutes)
            world.later(at, partial(step, cast), cast.tasks.somebody(STEP))
    said = cast.now - SAID_AGO
    if days.staff_is_in(said) and days.staff_is_in(cast.now):
        world.later(said, partial(_run_late, cast), cast.tasks.somebody(LATE))


def _give_up_booking(cast: Cast, person: Somebody) -> None:
    """Somebody chose a time, and never entered the code."""
    soon = cast.world.clock + timedelta(days=2)
    slot = next((s for s in cast.unused if s.start > soon and s.type.slug == "new-patient"), None)
    if slot is None or not person.addresses:
        return
    visit = cast.visits.hold(slot, person)
    lapsed = cast.world.clock + CODE_LIVES + timedelta(seconds=40)
    cast.world.later(lapsed, partial(cast.visits.expire, visit))


def _keep_for_a_call(cast: Cast, person: Somebody) -> None:
    """No code could be sent, so a time is kept until they are called."""
    world, days = cast.world, cast.days
    soon = world.clock + timedelta(days=3)
    slot = next((s for s in cast.unused if s.start > soon and s.type.slug == "new-patient"), None)
    if slot is None or not person.phone:
        return
    cast.unused.remove(slot)
    noon = days.at(days.shifted(days.of(world.clock), 1), NOON)
    visit = cast.visits.hold_for_call(slot, person, until=min(noon, slot.start))
    cast.tasks.ask(StaffTask.Kind.CALL_TO_BOOK, visit=visit, urgent=True, handled=False)


def _write_note(cast: Cast, words: str) -> None:
    patients = [one.patient for one in cast.people if one.patient and one.language == "en"]
    if not patients:
        return
    about = cast.world.rng.choice(patients)
    cast.world.add(
        PatientNote(patient_id=about.pk, text=words, by_id=cast.world.user, at=cast.world.clock)
    )


def _call_in(cast: Cast) -> None:
    """Somebody is in a room, if anybody's time is about now."""
    now = cast.world.clock
    if any(visit.status == _S.IN_ROOM for visit in cast.world.rows[Appointment]):
        return
    waiting = [v for v in cast.world.rows[Appointment] if v.status == _S.ARRIVED]
    near = [v for v in visits_of(cast, cast.today) if abs(v.starts_at - now) < NEAR]
    for visit in (waiting or near)[:1]:
        cast.visits.mark(visit, _S.ARRIVED)
        cast.visits.mark(visit, _S.IN_ROOM)


def _seat(cast: Cast) -> None:
    """Somebody sits in the lobby, early for what comes next."""
    if any(visit.status == _S.ARRIVED for visit in cast.world.rows[Appointment]):
        return
    now = cast.world.clock
    coming = [v for v in visits_of(cast, cast.today) if now < v.starts_at < now + SOON]
    for visit in coming[:1]:
        cast.visits.mark(visit, _S.ARRIVED)


def _run_late(cast: Cast) -> None:
    """Who has most of the day before them is half an hour behind; those to come are told."""
    world, now = cast.world, cast.world.clock
    coming = [v for v in visits_of(cast, cast.today) if now <= v.starts_at < now + AHEAD]
    if not coming:
        return
    counts = {v.provider_id: sum(o.provider_id == v.provider_id for o in coming) for v in coming}
    provider = max(counts, key=lambda pk: (counts[pk], -pk))
    until = bounds(cast.today, cast.days.tz)[1]
    world.add(
        ProviderDelay(
            provider_id=provider, minutes=BEHIND, since=now, until=until, by_id=world.user
        )
    )
    cast.waiting_room.fall_behind(provider, now + timedelta(minutes=BEHIND))
    for visit in coming:
        if visit.provider_id == provider:
            _tell(cast, visit)


def _tell(cast: Cast, visit: Appointment) -> None:
    expires = visit.starts_at + timedelta(minutes=BEHIND)
    for address in cast.consents.reachable(visit.contact)[:1]:
        cast.messages.owe(
            visit, f"{LATE_PREFIX}{BEHIND}", address, due=cast.world.clock, expires=expires
        )
