"""Texts that come in, and what the product makes of each."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import CallAttempt
from scheduler.core.replies import Reply, carrier_confirms_stop, classify
from scheduler.core.status import EXPECTED
from scheduler.demo.days import Days
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.people.consents import Consents
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.texts.messages import Messages
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.visits.steps import Visits
from scheduler.demo.world import By, World
from scheduler.messaging.consent.opt_out import ACKNOWLEDGED_WITHIN, REPLY_PAUSED, REPLY_STOPPED
from scheduler.messaging.models import Message
from scheduler.replies.asked_about import ASKED_WITHIN
from scheduler.replies.models import InboundText
from scheduler.replies.receive import ONE_ANSWER_A, REPLY_USEFUL
from scheduler.worklist.models import StaffTask

TEXTS = By(None, "webhooks/twilio/inbound")
CONFIRMS = By(None, "a/<str:token>/confirm")
CALLS = "staff/calls/<slug:kind>/<int:pk>/log/"
SETTLES = "staff/messages/task/<int:pk>/"
_K = StaffTask.Kind


class Replies:
    def __init__(
        self, *, world: World, days: Days, consents: Consents, messages: Messages, visits: Visits,
        tasks: Tasks,
    ) -> None:  # fmt: skip
        self._world = world
        self._days = days
        self._consents = consents
        self._messages = messages
        self._visits = visits
        self._tasks = tasks
        self._of_number: dict[str, list[Appointment]] = defaultdict(list)
        self._answers: dict[tuple[str, str], datetime] = {}
        self.open_tasks: dict[str, list[StaffTask]] = defaultdict(list)

    def know(self, visit: Appointment) -> None:
        """A number was told of a visit, and may write about it."""
        for channel, number in self._consents.of_contact(visit.contact):
            if channel == "sms":
                self._of_number[number].append(visit)

    def answer_reminders(self, visit: Appointment, person: Somebody, slot: Slot) -> None:
        """Some confirm by a text, some by their link; whoever is new and silent is called."""
        rng, world = self._world.rng, self._world
        ahead = rng.choice((1, 1, 3))
        day = self._days.of(slot.start) - timedelta(days=ahead)
        at = self._days.at(day, time(10)) + timedelta(minutes=rng.expovariate(1 / 45) + 1)
        drawn = rng.random()
        if at <= world.clock:
            return
        if drawn < 0.42 and ("sms", person.phone) in person.agreed:
            body = rng.choice(("1", "1", "1", "1 thanks", "Confirm", "1 gracias"))
            world.later(at, partial(self._if_asked, visit, person.phone, body), TEXTS)
        elif drawn < 0.6 and person.agreed:
            world.later(at, partial(self._by_link, visit), CONFIRMS)
        elif visit.visit_type.audience == "new":
            before = self._days.shifted(self._days.of(slot.start), -1)
            called = self._days.at(before, time(13)) + timedelta(minutes=rng.randrange(5, 200))
            world.later(called, partial(self._call, visit, slot), self._tasks.somebody(CALLS))

    def _if_asked(self, visit: Appointment, number: str, body: str) -> None:
        waits = visit.status == "booked" and visit.starts_at > self._world.clock
        if waits and self._asked_about([visit]) and not self._consents.has_stopped(number):
            self.receive(number, body)

    def _by_link(self, visit: Appointment) -> None:
        """Whoever was sent the link may have it open."""
        if any(message.accepted_at for message in self._messages.of_visit[visit.pk]):
            self._visits.confirm(visit, "link")

    def _call(self, visit: Appointment, slot: Slot) -> None:
        """Will they come? Somebody asks, the business day before."""
        world = self._world
        if visit.status != "booked" or visit.starts_at != slot.start or visit.contact is None:
            return
        outcome = world.rng.choices(("reached", "left-word", "no-answer"), (6, 2, 2))[0]
        world.add(
            CallAttempt(appointment_id=visit.pk, outcome=outcome, by_id=world.user, at=world.clock)
        )
        if outcome == CallAttempt.Outcome.REACHED:
            self._visits.confirm(visit, "staff")

    def receive(self, number: str, body: str, *, handled: bool = True) -> InboundText:
        """Store a text and act on it. Tasks about it are settled in time where `handled`."""
        world = self._world
        meaning = classify(body)
        text: InboundText = world.add(
            InboundText(
                sid=f"SM{world.rng.getrandbits(128):032x}",
                from_number=number,
                body=body,
                received_at=world.clock,
                answered_by_carrier=carrier_confirms_stop(body),
                meaning=meaning.value,
                acted_at=world.clock,
            )
        )
        self._act(text, meaning, handled)
        return text

    def _act(self, text: InboundText, meaning: Reply, handled: bool) -> None:
        number = text.from_number
        address = ("sms", number)
        stopped = self._consents.has_stopped(number)
        match meaning:
            case Reply.STOP | Reply.STOP_CANCEL:
                if self._consents.stop(address, source="text"):
                    self._acknowledge(text, REPLY_STOPPED)
                if meaning is Reply.STOP_CANCEL and self._upcoming(number):
                    self._ask(_K.CANCEL_MEANT, text, handled, urgent=True)
            case Reply.START | Reply.YES if meaning is Reply.START or stopped:
                self._start_again(text)
            case Reply.MAYBE_STOP:
                if self._consents.stop(address, source="text", paused=True):
                    self._acknowledge(text, REPLY_PAUSED)
                task = self._ask(_K.MAYBE_STOP, text, False, urgent=True)
                if handled:
                    by = self._tasks.somebody(SETTLES)
                    end = partial(self._stop_for_good, task, address)
                    self._world.later(self._tasks.soon(), end, by)
            case Reply.CONFIRM | Reply.YES | Reply.CHANGE:
                self._about_a_visit(text, meaning, handled)
            case Reply.HELP:
                self._answer(text, "reply_help")
            case _:
                self._leave_to_staff(text, handled)

    def _about_a_visit(self, text: InboundText, meaning: Reply, handled: bool) -> None:
        upcoming = self._upcoming(text.from_number)
        meant = upcoming if len(upcoming) == 1 else self._asked_about(upcoming)
        if not upcoming:
            self._leave_to_staff(text, handled)
        elif len(meant) != 1:
            self._ask(_K.REPLY, text, handled)
            self._answer(text, "reply_ambiguous")
        else:
            text.appointment = meant[0]
            if meaning is Reply.CHANGE:
                self._answer(text, "reply_change")
            else:
                self._visits.confirm(meant[0], "text")
                self._answer(text, "reply_confirmed")

    def _start_again(self, text: InboundText) -> None:
        address = ("sms", text.from_number)
        if not self._consents.has_stopped(text.from_number):
            return
        again = self._consents.lift(address, by=None)
        self._consents.say(address, True, language="en", source="text")
        self._messages.wake(again)
        self._answer(text, "reply_started")

    def _upcoming(self, number: str) -> list[Appointment]:
        now = self._world.clock
        found = [v for v in self._of_number[number] if v.status in EXPECTED and v.starts_at > now]
        return sorted(found, key=lambda visit: visit.starts_at)

    def _asked_about(self, upcoming: list[Appointment]) -> list[Appointment]:
        lately = self._world.clock - ASKED_WITHIN
        return [
            visit
            for visit in upcoming
            if any(
                m.channel == "sms" and m.accepted_at and m.accepted_at > lately
                for m in self._messages.of_visit[visit.pk]
            )
        ]

    def _leave_to_staff(self, text: InboundText, handled: bool) -> None:
        self._ask(_K.REPLY, text, handled)
        last = self._answers.get((text.from_number, "reply_unknown"))
        if last is None or last <= self._world.clock - ONE_ANSWER_A:
            self._answer(text, "reply_unknown")

    def _ask(
        self, kind: StaffTask.Kind, text: InboundText, handled: bool, *, urgent: bool = False
    ) -> StaffTask:
        task = self._tasks.ask(kind, inbound=text, urgent=urgent, handled=handled)
        self.open_tasks[text.from_number].append(task)
        return task

    def _stop_for_good(self, task: StaffTask, address: tuple[str, str]) -> None:
        """They did mean to stop, says who read it."""
        self._tasks.settle(task)
        self._consents.stop_for_good(address)

    def _acknowledge(self, text: InboundText, kind: str) -> None:
        if not carrier_confirms_stop(text.body):
            self._answer(text, kind, useful=ACKNOWLEDGED_WITHIN)

    def _answer(
        self, text: InboundText, kind: str, *, useful: timedelta = REPLY_USEFUL
    ) -> Message | None:
        if text.answered_by_carrier:
            return None
        now = self._world.clock
        self._answers[text.from_number, kind] = now
        return self._messages.owe_other(
            kind,
            ("sms", text.from_number),
            expires=now + useful,
            language=self._messages.language_of(text.from_number),
            inbound=text,
        )
