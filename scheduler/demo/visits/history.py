"""The life of each visit: booked, reminded of, confirmed, moved, called off, kept or missed."""

from datetime import date, datetime, time, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.demo.days import Days
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.people import names
from scheduler.demo.texts.replies import Replies
from scheduler.demo.visits.bookings import Booking, Fate
from scheduler.demo.visits.readiness import Readying
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.visits.steps import Visits
from scheduler.demo.visits.waiting_room import WaitingRoom
from scheduler.demo.world import By, World

_S = AppointmentStatus
BOOKS, ENTERS_CODE = By(None, "book/check/"), By(None, "book/code/")
CANCELS, UNDOES = By(None, "a/<str:token>/cancel"), By(None, "a/<str:token>/undo")
CHANGES = By(None, "a/<str:token>/change")
TELLS = By(None, "book/done/")
LAST_CALL = timedelta(minutes=30)
DESK_BOOKS = "staff/book/"
DESK_ACTS, DESK_MOVES = (
    "staff/appointments/<str:reference>/act",
    "staff/appointments/<str:reference>/move",
)


class History:
    def __init__(
        self,
        *,
        world: World,
        days: Days,
        visits: Visits,
        replies: Replies,
        readying: Readying,
        waiting_room: WaitingRoom,
        tasks: Tasks,
        since: datetime,
    ) -> None:
        self._world = world
        self._rng = world.rng
        self._days = days
        self._visits = visits
        self._replies = replies
        self._readying = readying
        self._waiting_room = waiting_room
        self._tasks = tasks
        self._since = since

    def live(self, booking: Booking) -> None:
        """Let everything about a booking happen in its time."""
        soonest = self._since
        if booking.after is not None:
            # Whoever had this time before has to give it up first.
            soonest = self._live(booking.after, self._since)
        self._live(booking, soonest)

    def _live(self, booking: Booking, soonest: datetime) -> datetime:
        """When the booking's time is free again, if it will be."""
        first = booking.before or booking.slot
        online = booking.person.online and first.type.booking == "online"
        at = self._booked_at(booking, first, soonest, online=online)
        off = at
        if booking.fate is Fate.CANCELLED:
            off, booking.by_desk = self._called_off_at(booking, at)
        if at >= self._world.now or at >= first.start - timedelta(hours=2):
            return off
        if online and booking.person.addresses:
            self._world.later(at, partial(self._book_online, booking, first, off), BOOKS)
        else:
            by = self._tasks.somebody(DESK_BOOKS)
            self._world.later(at, partial(self._book_by_desk, booking, first, off), by)
        return off

    def _booked_at(
        self, booking: Booking, first: Slot, soonest: datetime, *, online: bool
    ) -> datetime:
        rng, day = self._rng, self._days.of(first.start)
        at = None
        if booking.since is not None and rng.random() < 0.6 and first is booking.slot:
            # At the desk, on the way out.
            at = self._days.at(booking.since, time(9)) + timedelta(minutes=rng.randrange(30, 430))
        if at is None or at >= self._world.now:
            ahead = rng.randrange(3, 25)
            at = self._moment(day - timedelta(days=ahead), online=online)
        if at >= self._world.now:
            back = timedelta(hours=rng.randrange(3, 24 * 11))
            at = self._moment(self._days.of(self._world.now - back), online=online)
        if at <= soonest:
            room = max(first.start - timedelta(hours=20) - soonest, timedelta(minutes=30))
            at = soonest + rng.random() * min(room, timedelta(days=6))
            at = at if online else self._days.next_moment(at, rng)
        while at >= self._world.now > soonest + timedelta(hours=1):
            at -= timedelta(hours=rng.randrange(2, 20))
            if not online and not self._days.staff_is_in(at):
                at = self._days.in_office(self._days.of(at) - timedelta(days=1), rng)
        return max(at, soonest + timedelta(minutes=5))

    def _moment(self, day: date, *, online: bool) -> datetime:
        find = self._days.in_waking_hours if online else self._days.in_office
        return find(day, self._rng)

    def _called_off_at(self, booking: Booking, booked: datetime) -> tuple[datetime, bool]:
        """When, and whether somebody at the desk does it."""
        rng, slot = self._rng, booking.slot
        late = rng.random() < 0.4
        hours = rng.randrange(2, 20) if late else rng.randrange(40, 200)
        at = slot.start - timedelta(hours=hours)
        at = at.replace(minute=rng.randrange(60), second=rng.randrange(60))
        if not 7 <= at.astimezone(self._days.tz).hour < 22:
            at -= timedelta(hours=10)
        at = max(at, booked + timedelta(hours=1))
        asked = self._days.next_moment(at, rng)
        rings = not booking.person.online and rng.random() < 0.6
        return (asked, True) if rings and asked < slot.start - LAST_CALL else (at, False)

    def _book_online(self, booking: Booking, first: Slot, off: datetime) -> None:
        person = booking.person
        if not self._visits.can_have_a_code(person):
            at = self._days.next_moment(self._world.clock, self._rng)
            by_desk = partial(self._book_by_desk, booking, first, off)
            if at < min(first.start, self._world.now):
                self._world.later(at, by_desk, self._tasks.somebody(DESK_BOOKS))
            return
        visit = self._visits.hold(first, person)
        at = self._world.clock + timedelta(seconds=self._rng.randrange(35, 240))
        self._world.later(at, partial(self._verified, visit, booking, off), ENTERS_CODE)

    def _verified(self, visit: Appointment, booking: Booking, off: datetime) -> None:
        self._visits.verify(visit, booking.person)
        if booking.slot.type.slug == "new-patient":
            at = self._world.clock + timedelta(seconds=self._rng.randrange(60, 300))
            self._world.later(at, partial(self._intake, visit), TELLS)
        self._go_on(visit, booking, off)

    def _book_by_desk(self, booking: Booking, first: Slot, off: datetime) -> None:
        note = self._rng.choice(names.VISIT_NOTES) if self._rng.random() < 0.04 else ""
        visit = self._visits.book(first, booking.person, note=note)
        if booking.slot.type.slug == "new-patient":
            at = self._world.clock + timedelta(minutes=3)
            by = By(self._world.user, DESK_ACTS)
            self._world.later(at, partial(self._intake, visit), by)
        self._go_on(visit, booking, off)

    def _intake(self, visit: Appointment) -> None:
        if visit.status not in EXPECTED:
            return
        injury = self._rng.choices(("none", "work", "car"), (8, 1, 1))[0]
        self._world.change(
            visit,
            referred_by=self._rng.choice(names.REFERRERS),
            insurance_plan=self._rng.choice(names.PLANS),
            injury=injury,
            version=visit.version + 1,
        )

    def _go_on(self, visit: Appointment, booking: Booking, off: datetime) -> None:
        """What follows once it is booked."""
        world, slot = self._world, booking.slot
        self._replies.know(visit)
        self._readying.begin(visit)
        if booking.fate is Fate.CANCELLED:
            self._call_off(visit, off, by_desk=booking.by_desk)
            return
        if booking.before is not None:
            room = min(booking.before.start, slot.start) - timedelta(hours=3) - world.clock
            at = world.clock + self._rng.uniform(0.2, 0.95) * max(room, timedelta(minutes=10))
            self._move(visit, booking, at)
        if booking.fate is Fate.UNDONE:
            at = world.clock + self._rng.random() * (slot.start - world.clock) * 0.8
            world.later(at, partial(self._visits.cancel, visit, by="patient"), CANCELS)
            back = at + timedelta(seconds=self._rng.randrange(40, 500))
            world.later(back, partial(self._visits.undo_cancel, visit), UNDOES)
        self._replies.answer_reminders(visit, booking.person, slot)
        self._waiting_room.expect(visit, slot, missed=booking.fate is Fate.MISSED)

    def _move(self, visit: Appointment, booking: Booking, at: datetime) -> None:
        if booking.person.online and self._rng.random() < 0.6:
            move = partial(self._visits.move, visit, booking.slot, by="patient")
            self._world.later(at, move, CHANGES)
        else:
            move = partial(self._visits.move, visit, booking.slot, by="staff")
            at = self._days.next_moment(at, self._rng)
            self._world.later(at, move, self._tasks.somebody(DESK_MOVES))

    def _call_off(self, visit: Appointment, at: datetime, *, by_desk: bool) -> None:
        rng = self._rng
        if not by_desk:
            reason = rng.choice(names.REASONS_OF_PATIENTS)
            cancel = partial(self._visits.cancel, visit, by="patient", reason=reason)
            self._world.later(at, cancel, CANCELS)
        else:
            reason = rng.choice(names.REASONS_OF_STAFF)
            cancel = partial(self._visits.cancel, visit, by="staff", reason=reason, tell=False)
            self._world.later(at, cancel, self._tasks.somebody(DESK_ACTS))
