"""Days that did not go as planned: closed ones with their offers, and time off over visits."""

from datetime import date, datetime, time, timedelta
from functools import partial

from scheduler.booking.holds.hold_replacement import (
    ANSWER_WITHIN_BUSINESS_DAYS,
    TIME_TO_ANSWER,
    held_until,
)
from scheduler.booking.models import Appointment
from scheduler.clinic.models import TimeOff
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.send_emergency_closure import APART, NOT_TOLD
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.demo.cast import Cast
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.world import By
from scheduler.messaging.plan import CLOSED
from scheduler.worklist.models import StaffTask

_S, _O = AppointmentStatus, RescheduleOffer.Status
NOON = time(12)
BEGIN, SEND = "staff/time-off/snow/", "staff/time-off/snow/<int:pk>/send/"
ACCEPT, OTHER = By(None, "a/<str:token>/offer"), By(None, "a/<str:token>/offer/other")
DECLINE = By(None, "a/<str:token>/offer/decline")
NEW_TIME_OFF = "staff/time-off/new/"
# How the patients of a closed day answer, in turn; an empty one does not.
LATELY = ("accepted", "", "accepted", "declined", "", "other", "", "accepted")
LONG_AGO = ("accepted", "other", "accepted", "declined", "accepted", "", "accepted")


def close_days(cast: Cast) -> None:
    """One day was closed weeks ago, one ahead is closed, one more is planned to be."""
    days, today = cast.days, cast.today
    yesterday = days.shifted(today, -1)
    closings = (
        (days.shifted(today, -24), -25, "Burst water pipe", LONG_AGO),
        (days.shifted(today, 5), -1, "The heating is replaced", LATELY),
        (days.shifted(today, 9), -1, "Training of all staff", None),
    )
    for number, (day, ago, reason, answers) in enumerate(closings):
        at = days.at(days.shifted(today, ago), time(15)) + timedelta(minutes=9 * number)
        close = partial(_Closing(cast, day, reason).plan, answers)
        cast.world.later(at, close, By(cast.staff.manager, BEGIN))
    for working, back in ((cast.practice[-1], -60), (cast.practice[1], 6)):
        first = next(
            d for d in (days.shifted(today, back + n) for n in range(9)) if working.hours_on(d)
        )
        at = days.at(yesterday if back > 0 else days.shifted(first, -30), time(10, 20))
        take = partial(_take_time_off, cast, working.row.pk, first)
        cast.world.later(at, take, By(cast.staff.manager, NEW_TIME_OFF))
    cast.days.closed.add(closings[0][0])


def visits_of(cast: Cast, day: date, provider: int | None = None) -> list[Appointment]:
    """Who is expected on a day, the earliest first."""
    found = [
        visit
        for visit in cast.world.rows[Appointment]
        if visit.status in EXPECTED
        and provider in {None, visit.provider_id}
        and cast.days.of(visit.starts_at) == day
        and not visit.provider.call_desk
    ]
    return sorted(found, key=lambda visit: (visit.starts_at, visit.pk))


def take_a_time(cast: Cast, like: Appointment, after: date) -> Slot | None:
    """The soonest time after a day that nobody has, with the same provider, for such a visit."""
    floor = cast.world.clock + timedelta(hours=8)
    for slot in cast.unused:
        if (
            slot.working.row.pk == like.provider_id
            and slot.type.pk == like.visit_type_id
            and cast.days.of(slot.start) > after
            and slot.start > floor
        ):
            cast.unused.remove(slot)
            return slot
    return None


class _Closing:
    def __init__(self, cast: Cast, day: date, reason: str) -> None:
        self._cast = cast
        self._world = cast.world
        self._day = day
        self._reason = reason
        self._slots: dict[int, Slot] = {}

    def plan(self, answers: tuple[str, ...] | None) -> None:
        """Close the day and keep a new time for each visit; nobody is told before `answers`."""
        world, now = self._world, self._world.clock
        closed: EmergencyClosure = world.add(
            EmergencyClosure(
                day=self._day, reason=self._reason, created_by_id=world.user, created_at=now
            )
        )
        world.add(TimeOff(first_day=self._day, last_day=self._day, reason=self._reason))
        # The other closed days are no place to go to.
        self._cast.unused = [
            one for one in self._cast.unused if self._cast.days.of(one.start) != self._day
        ]
        offers = [self._propose(closed, v) for v in visits_of(self._cast, self._day)]
        if answers is not None:
            send = partial(self._send, closed, offers, answers)
            world.later(now + timedelta(minutes=6), send, By(world.user, SEND))

    def _until(self, asked: datetime) -> datetime:
        days = self._cast.days
        return days.at(days.shifted(days.of(asked), ANSWER_WITHIN_BUSINESS_DAYS), NOON)

    def _propose(self, closed: EmergencyClosure, visit: Appointment) -> RescheduleOffer:
        now = self._world.clock
        until = self._until(now)
        offer = RescheduleOffer(
            emergency_closure_id=closed.pk, appointment=visit, expires_at=until, created_at=now
        )
        slot = take_a_time(self._cast, visit, self._day)
        if slot is not None:
            keep = held_until(slot.start, visit.visit_type.move_cutoff, until)
            if keep >= now + TIME_TO_ANSWER:
                held = self._cast.visits.row_for(slot, visit)
                held.hold_expires_at = offer.expires_at = keep
                offer.held = self._world.add(held)
                self._slots[visit.pk] = slot
        self._cast.messages.offers[visit.pk] = offer
        return self._world.add(offer)

    def _send(
        self, closed: EmergencyClosure, offers: list[RescheduleOffer], answers: tuple[str, ...]
    ) -> None:
        world, cast = self._world, self._cast
        due = world.clock
        for number, offer in enumerate(offers):
            visit = offer.appointment
            world.change(offer, status=_O.SENT)
            cast.visits.cancel(visit, by="staff", reason=f"We closed: {self._reason}", tell=False)
            agreed = cast.consents.of_contact(visit.contact)
            for address in agreed:
                cast.messages.owe(visit, CLOSED, address, due=due, expires=offer.expires_at)
            due += APART
            if not agreed:
                cast.tasks.call(StaffTask.Kind.CALL_CLOSED, visit, note=NOT_TOLD)
            self._expect(offer, answers[number % len(answers)] if agreed else "")
        world.change(closed, sent_at=world.clock, sent_by_id=world.user)

    def _expect(self, offer: RescheduleOffer, answer: str) -> None:
        world = self._world
        at = world.clock + timedelta(minutes=world.rng.expovariate(1 / 50) + 3)
        acts = {"accepted": (self._accept, ACCEPT), "declined": (self._decline, DECLINE)}
        if answer == "other":
            world.later(at, partial(self._choose_other, offer), OTHER)
        elif answer:
            act, by = acts[answer]
            world.later(at, partial(act, offer), by)
        world.later(offer.expires_at + timedelta(seconds=20), partial(self._expire, offer))

    def _accept(self, offer: RescheduleOffer) -> None:
        if offer.held is not None and offer.status == _O.SENT:
            self._give_up(offer.held)
            self._come_back(offer, self._slots[offer.appointment_id], _O.ACCEPTED)

    def _choose_other(self, offer: RescheduleOffer) -> None:
        slot = take_a_time(self._cast, offer.appointment, self._day + timedelta(days=2))
        if slot is not None and offer.status == _O.SENT:
            self._give_up(offer.held)
            self._come_back(offer, slot, _O.OTHER)

    def _come_back(self, offer: RescheduleOffer, slot: Slot, answer: str) -> None:
        visit = offer.appointment
        self._cast.visits.bring_back(visit, slot)
        self._cast.waiting_room.expect(visit, slot, missed=False)
        self._world.change(offer, status=answer, answered_at=self._world.clock)

    def _decline(self, offer: RescheduleOffer) -> None:
        if offer.status == _O.SENT:
            self._give_up(offer.held)
            self._world.change(offer, status=_O.DECLINED, answered_at=self._world.clock)

    def _expire(self, offer: RescheduleOffer) -> None:
        if offer.status != _O.SENT:
            return
        self._give_up(offer.held)
        self._world.change(offer, status=_O.EXPIRED)
        note = "No answer to the new time that we offered."
        self._cast.tasks.call(StaffTask.Kind.CALL_CLOSED, offer.appointment, note=note)

    def _give_up(self, held: Appointment | None) -> None:
        if held is not None and held.status == _S.HELD:
            self._world.change(held, status=_S.EXPIRED)


def _take_time_off(cast: Cast, provider: int, day: date) -> None:
    """A provider is away for a day: some of their visits move, some are called off."""
    world = cast.world
    world.add(TimeOff(provider_id=provider, first_day=day, last_day=day, reason="Conference"))
    cast.unused = [
        one
        for one in cast.unused
        if one.working.row.pk != provider or cast.days.of(one.start) != day
    ]
    for number, visit in enumerate(visits_of(cast, day, provider)):
        slot = take_a_time(cast, visit, day) if number % 4 != 3 else None
        if slot is not None:
            cast.visits.move(visit, slot, by="staff")
            cast.waiting_room.expect(visit, slot, missed=False)
            continue
        call = number % 8 == 3
        cast.visits.cancel(visit, by="staff", reason="Conference", tell=not call)
        if call:
            note = "Called off for time off; nobody has told them."
            cast.tasks.call(StaffTask.Kind.CALL_CLOSED, visit, note=note)
