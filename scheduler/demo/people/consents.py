"""What numbers and mail addresses agreed to, stopped, or turned out to be."""

from collections import defaultdict
from datetime import datetime

from scheduler.core.message_status import MessageStatus
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.world import World
from scheduler.messaging.consent.opt_out import ACKNOWLEDGEMENTS, OPTED_OUT
from scheduler.messaging.consent.record_consent import NOT_PROVEN
from scheduler.messaging.consent.stop_reminders import REMINDERS_STOPPED
from scheduler.messaging.consent.wordings import wording_of
from scheduler.messaging.consent.write_consent import route_of
from scheduler.messaging.delivery.check import Recipient
from scheduler.messaging.models import BadAddress, Consent, Message, OptOut, ReminderOptOut
from scheduler.messaging.plan import is_reminder
from scheduler.patients.models import Contact

Address = tuple[str, str]
STAFF_SOURCE = "read aloud by staff"


class Consents:
    """Keeps what stands of each (channel, address) at the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._said: dict[Address, bool] = {}
        self._stops: dict[Address, OptOut] = {}
        self._quiet: dict[Address, ReminderOptOut] = {}
        self._unusable: set[Address] = set()
        self._given: dict[int, list[Address]] = {}
        self._planned: dict[Address, list[Message]] = defaultdict(list)

    def record(self, person: Somebody, *, source: str, proven: list[Address] | None = None) -> None:
        """Write down what somebody ticked, or agreed to on the phone."""
        for address in person.agreed:
            unproven = proven is not None and address not in proven
            said_by = person.helper or person.name
            self.say(
                address,
                True,
                language=person.language,
                source=source + NOT_PROVEN * unproven,
                name=said_by,
            )

    def say(
        self, address: Address, granted: bool, *, language: str, source: str, name: str = ""
    ) -> None:
        channel, to = address
        wording = wording_of(channel)
        self._said[address] = granted
        self._world.add(
            Consent(
                channel=channel,
                address=to,
                granted=granted,
                wording=wording.words[language],
                wording_version=wording.version,
                language=language,
                source=source,
                route="text" if source == "text" else route_of(source),
                name=name,
                at=self._world.clock,
            )
        )

    def of_contact(self, contact: Contact | None) -> list[Address]:
        """Where a contact may be written to, as far as it was agreed to last."""
        if contact is None:
            return []
        # To write a number down, its library looks the number up: once a contact is enough.
        given = self._given.get(contact.pk)
        if given is None:
            both = (("sms", str(contact.phone)), ("email", contact.email))
            given = self._given[contact.pk] = [one for one in both if one[1]]
        return [one for one in given if self._said.get(one)]

    def reachable(self, contact: Contact | None) -> list[Address]:
        """Of these, what was not stopped and works."""
        return [one for one in self.of_contact(contact) if self.is_open(one)]

    def is_open(self, address: Address) -> bool:
        """Whether nothing stops what is sent there."""
        return address not in self._stops and address not in self._unusable

    def recipient(self, channel: str, to: str) -> Recipient:
        """What the address allows; of what left for it nothing is known here."""
        one = (channel, to)
        return Recipient(
            stopped=one in self._stops,
            unusable=one in self._unusable,
            agreed=bool(self._said.get(one)),
            reminders_stopped=one in self._quiet,
        )

    def has_stopped(self, number: str) -> bool:
        return ("sms", number) in self._stops

    def wait(self, message: Message) -> None:
        """Know of a planned message, in case its address is stopped."""
        self._planned[message.channel, message.to].append(message)

    def stop(self, address: Address, *, source: str, paused: bool = False) -> bool:
        """Nothing more goes there; False where that was so already."""
        if address in self._stops:
            return False
        now = self._world.clock
        self._stops[address] = self._world.add(
            OptOut(
                channel=address[0],
                address=address[1],
                source=source,
                paused_for_staff=paused,
                at=now,
            )
        )
        for message in self._planned.pop(address, []):
            if message.status == MessageStatus.PLANNED and message.kind not in ACKNOWLEDGEMENTS:
                _keep_back(message, OPTED_OUT, now)
                self._planned[address].append(message)
        return True

    def stop_for_good(self, address: Address) -> None:
        """A pause becomes an opt-out."""
        stopped = self._stops[address]
        self._world.change(stopped, paused_for_staff=False, source="staff")

    def lift(self, address: Address, *, by: int | None) -> list[Message]:
        """It may be written to again; gives the messages that are owed once more."""
        stopped = self._stops.pop(address, None)
        if stopped is None:
            return []
        self._world.change(stopped, lifted_at=self._world.clock, lifted_by_id=by)
        return self._owe_again(address, kept_back=OPTED_OUT)

    def stop_reminders(self, address: Address, *, source: str) -> None:
        """No more reminders there, and all the rest as before."""
        if address in self._quiet:
            return
        now = self._world.clock
        self._quiet[address] = self._world.add(
            ReminderOptOut(channel=address[0], address=address[1], source=source, at=now)
        )
        for message in self._planned[address]:
            if message.status == MessageStatus.PLANNED and is_reminder(message.kind):
                _keep_back(message, REMINDERS_STOPPED, now)

    def resume_reminders(self, address: Address) -> list[Message]:
        """Reminders may come again; gives those that are owed once more."""
        self._world.change(self._quiet.pop(address), lifted_at=self._world.clock)
        return self._owe_again(address, kept_back=REMINDERS_STOPPED)

    def _owe_again(self, address: Address, *, kept_back: str) -> list[Message]:
        now = self._world.clock
        again = [one for one in self._planned[address] if _still_to_come(one, kept_back, now)]
        for message in again:
            message.status, message.reason, message.settled_at = MessageStatus.PLANNED, "", None
        return again

    def mark_unusable(self, address: Address, code: str) -> None:
        if address in self._unusable:
            return
        self._unusable.add(address)
        self._world.add(
            BadAddress(channel=address[0], address=address[1], code=code, at=self._world.clock)
        )


def _keep_back(message: Message, reason: str, now: datetime) -> None:
    message.status, message.reason = MessageStatus.SUPPRESSED, reason
    message.settled_at = now


def _still_to_come(message: Message, kept_back: str, now: datetime) -> bool:
    return (
        message.status == MessageStatus.SUPPRESSED
        and message.reason == kept_back
        and message.next_attempt_at > now
        and message.appointment is not None
        and message.sequence == message.appointment.sequence
    )
