"""Messages as the product plans, checks and sends them: the demo's own post office, in memory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from scheduler.booking.models import Appointment
from scheduler.clinic.models import VisitType
from scheduler.clinic.reminder_rules import in_force
from scheduler.closures.models import RescheduleOffer
from scheduler.contact_requests.models import ContactRequest
from scheduler.core import reminder_times
from scheduler.core.message_status import MessageStatus
from scheduler.core.quiet_hours import Clock
from scheduler.demo.days import Days
from scheduler.demo.people.consents import Consents
from scheduler.demo.texts.carrier import Carrier
from scheduler.demo.world import World
from scheduler.messaging.compose import context_of, put_into_words, segments_of
from scheduler.messaging.delivery.check import Drop, Postpone, Recipient, check_message
from scheduler.messaging.message_context import offer_in_words
from scheduler.messaging.models import Message, MessageTemplate
from scheduler.messaging.plan import CLOSED, CODE, REMINDER_PREFIX, is_reminder, template_of

Address = tuple[str, str]
_S = MessageStatus
FORGOTTEN_AFTER = timedelta(days=2)


class Messages:
    """Owes messages of visits, requests and texts, and sends each when it is due."""

    def __init__(self, world: World, days: Days, consents: Consents, carrier: Carrier) -> None:
        self._world = world
        self._days = days
        self._consents = consents
        self._carrier = carrier
        self._rules = {one.pk: in_force(one) for one in VisitType.objects.all()}
        self._own: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for kind, language, part, words in MessageTemplate.objects.values_list(
            "kind", "language", "part", "words"
        ):
            self._own[kind, language][part] = words
        self.of_visit: dict[int, list[Message]] = defaultdict(list)
        self._of_request: dict[int, list[Message]] = defaultdict(list)
        self._language: dict[str, str] = {}
        self.offers: dict[int, RescheduleOffer] = {}
        self._reminded: dict[int, list[Message]] = defaultdict(list)

    def plan(
        self,
        visit: Appointment,
        kind: str,
        addresses: Sequence[Address],
        *,
        with_reminders: bool,
        old_start: datetime | None = None,
    ) -> None:
        """Owe `kind` now and, where asked, the reminders; what was planned before is withdrawn."""
        now = self._world.clock
        self.withdraw(visit)
        until = max(visit.starts_at, now + timedelta(hours=1))
        for address in addresses:
            self.owe(visit, kind, address, due=now, expires=until, old_starts_at=old_start)
        if with_reminders:
            self.remind(visit, addresses)

    def remind(self, visit: Appointment, addresses: Sequence[Address]) -> None:
        """Owe the reminders that are still ahead, by each address."""
        rules, clinic = self._rules[visit.visit_type_id], self._world.clinic
        planned = reminder_times.plan_by_way(
            rules,
            ways={one[0]: self._consents.is_open(one) for one in addresses},
            start=int(visit.starts_at.timestamp()),
            now=int(self._world.clock.timestamp()),
            clinic=Clock(self._days.tz, clinic.messages_from, clinic.messages_until),
        )
        for address in addresses if visit.reminders_on else ():
            for one in planned[address[0]]:
                self.owe(
                    visit,
                    REMINDER_PREFIX + one.name,
                    address,
                    due=datetime.fromtimestamp(one.due, UTC),
                    expires=datetime.fromtimestamp(one.expires, UTC),
                )

    def owe(
        self,
        visit: Appointment,
        kind: str,
        address: Address,
        *,
        due: datetime,
        expires: datetime,
        **more: Any,
    ) -> Message:
        """One planned message of a visit. A code is forgotten two days after it served."""
        sequence = visit.sequence if kind != CODE else visit.code_number
        message = self._new(
            address,
            due,
            keep=kind != CODE or expires > self._world.now - FORGOTTEN_AFTER,
            kind=kind,
            expires_at=expires,
            language=visit.language,
            appointment=visit,
            sequence=sequence,
            **more,
        )
        self.of_visit[visit.pk].append(message)
        return message

    def owe_other(
        self, kind: str, address: Address, *, expires: datetime, language: str, **owner: Any
    ) -> Message:
        """One that leaves now, of a contact request or of a text that came in."""
        message = self._new(
            address,
            self._world.clock,
            kind=kind,
            expires_at=expires,
            language=language,
            **owner,
        )
        if message.contact_request_id:
            self._of_request[message.contact_request_id].append(message)
        return message

    def _new(self, address: Address, due: datetime, *, keep: bool = True, **fields: Any) -> Message:
        world = self._world
        message = Message(
            pk=world.new_id(Message),
            public_id=world.new_uuid(),
            channel=address[0],
            to=address[1],
            due_at=due,
            next_attempt_at=due,
            created_at=world.clock,
            **fields,
        )
        self._language[message.to] = message.language
        if keep:
            world.add(message)
            self._consents.wait(message)
            self._when_due(message)
        return message

    def language_of(self, number: str) -> str:
        """The language that it was last written to in, English for a stranger."""
        return self._language.get(number, "en")

    def wake(self, messages: Iterable[Message]) -> None:
        """They are owed again."""
        for message in messages:
            self._when_due(message)

    def withdraw(self, visit: Appointment) -> None:
        """What is planned tells of a time, or a state, that is gone."""
        self._withdraw(self.of_visit[visit.pk])

    def withdraw_of_request(self, request: ContactRequest) -> None:
        self._withdraw(self._of_request[request.pk])

    def _withdraw(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if message.status == _S.PLANNED:
                message.status, message.reason = _S.CANCELLED, "no-longer-true"
                message.settled_at = self._world.clock

    def _when_due(self, message: Message) -> None:
        wait = timedelta(
            seconds=self._world.rng.uniform(0.4, 45 if is_reminder(message.kind) else 3)
        )
        self._world.later(message.next_attempt_at + wait, partial(self._send, message))

    def _send(self, message: Message) -> None:
        now = self._world.clock
        if message.status != _S.PLANNED or message.next_attempt_at > now:
            return
        verdict = self._check(message)
        if isinstance(verdict, Postpone):
            message.next_attempt_at = verdict.until.astimezone(UTC)
            self._when_due(message)
            return
        if isinstance(verdict, Drop):
            message.status, message.reason = verdict.status, verdict.reason
            message.settled_at = now
            return
        message.subject, message.body = self._words(message)
        if message.channel == "sms":
            message.segments = segments_of(message.body)
        message.attempts += 1
        message.sending_at = now
        if is_reminder(message.kind) and message.appointment and message.channel == "sms":
            known = self._reminded[message.appointment.patient_id or 0]
            known += [message] if message not in known else []
        self._carrier.take(message, again=self._when_due)

    def _check(self, message: Message) -> Drop | Postpone | None:
        recipient = self._consents.recipient(message.channel, message.to)
        if message.channel == "sms" and is_reminder(message.kind) and message.appointment:
            recipient = self._with_reminders(recipient, message, message.appointment)
        return check_message(message, recipient, self._world.clinic, now=self._world.clock)

    def _with_reminders(
        self, recipient: Recipient, message: Message, visit: Appointment
    ) -> Recipient:
        now = self._world.clock
        lost = (_S.UNDELIVERED, _S.FAILED)
        sent = [
            one.accepted_at
            for one in self._reminded[visit.patient_id or 0]
            if one.accepted_at and one.status not in lost
            if one is not message
        ]
        today = self._days.of(now)
        return replace(
            recipient,
            reminders_today=sum(self._days.of(at) == today for at in sent),
            reminders_this_week=sum(at > now - timedelta(days=7) for at in sent),
        )

    def _words(self, message: Message) -> tuple[str, str]:
        kind, language = template_of(message.kind), message.language
        context = context_of(message, self._world.clinic)
        if kind == CLOSED and message.appointment:
            offer = self.offers.get(message.appointment.pk)
            context["offer"] = offer_in_words(offer, self._days.tz, language)
        own = self._own[kind, language]
        words = put_into_words(kind, message.channel, language, context, own, with_html=False)
        return words.subject, words.text
