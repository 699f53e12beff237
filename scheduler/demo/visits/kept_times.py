"""Times that are kept while a code or a call is awaited, and the links of each visit; in memory."""

from datetime import datetime

from scheduler.booking.holds.send_code import CODE_LIVES
from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.demo.days import Days
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.people.consents import Consents
from scheduler.demo.people.register import Register
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.texts.messages import Messages
from scheduler.demo.visits.rows import VisitRows
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.world import World
from scheduler.links import tokens
from scheduler.links.issue import INFORMATION_FOR, MANAGE_FOR
from scheduler.links.models import Link
from scheduler.messaging.plan import CODE, CONFIRMATION

_S = AppointmentStatus


class KeptTimes(VisitRows):
    """How a visit comes to be that somebody books online."""

    def __init__(
        self,
        *,
        world: World,
        days: Days,
        register: Register,
        consents: Consents,
        messages: Messages,
        tasks: Tasks,
    ) -> None:
        super().__init__(world)
        self._days = days
        self._register = register
        self._consents = consents
        self._messages = messages
        self._tasks = tasks
        self._links: dict[int, list[Link]] = {}

    def can_have_a_code(self, person: Somebody) -> bool:
        """Whether a code reaches them, so that they can book by themselves."""
        channel, to = person.addresses[0]
        recipient = self._consents.recipient(channel, to)
        return not (recipient.stopped or recipient.unusable)

    def hold(self, slot: Slot, person: Somebody) -> Appointment:
        """Somebody books online: the time is kept while a code is on its way."""
        now = self._world.clock
        visit = self._row(slot, person, _S.HELD, "patient")
        visit.held_details = person.typed
        visit.hold_expires_at = now + CODE_LIVES
        visit.hold_owner = f"{self._world.rng.getrandbits(128):032x}"
        channel, to = person.addresses[0]
        visit.code_channel = channel
        self._world.add(visit)
        self.issue_links(visit)
        self._world.change(visit, code_number=1, code_sent_at=now)
        expires = visit.hold_expires_at
        self._messages.owe(visit, CODE, (channel, to), due=now, expires=expires)
        return visit

    def hold_for_call(self, slot: Slot, person: Somebody, *, until: datetime) -> Appointment:
        """The time is kept until somebody calls: there was no way to send a code."""
        visit = self._row(slot, person, _S.HELD, "patient")
        visit.held_details = person.typed
        visit.hold_expires_at = until
        visit.hold_owner = f"{self._world.rng.getrandbits(128):032x}"
        self._world.add(visit)
        self.issue_links(visit)
        return visit

    def verify(self, visit: Appointment, person: Somebody) -> None:
        """The code was right: book the time that is kept."""
        if visit.status != _S.HELD:
            return
        self._world.change(visit, code_tries=1)
        patient, contact = self._register.match(person)
        visit.patient, visit.contact = patient, contact
        self._world.change(
            visit, status=_S.BOOKED, held_details=None, hold_expires_at=None, version=2
        )
        proven = [one for one in person.addresses if one[0] == visit.code_channel]
        self._consents.record(person, source="online booking", proven=proven)
        self._messages.plan(visit, CONFIRMATION, person.agreed, with_reminders=True)

    def expire(self, visit: Appointment) -> None:
        """Nobody entered the code."""
        if visit.status == _S.HELD:
            visit.held_details = None
            self._world.change(visit, status=_S.EXPIRED, version=visit.version + 1)

    def issue_links(self, visit: Appointment) -> None:
        lives = (("a", MANAGE_FOR), ("i", INFORMATION_FOR))
        self._links[visit.pk] = [
            self._world.add(
                Link(
                    purpose=purpose,
                    locator=self._world.new_locator(tokens.SHAPES[purpose][0]),
                    appointment_id=visit.pk,
                    expires_at=visit.ends_at + life,
                )
            )
            for purpose, life in lives
        ]
