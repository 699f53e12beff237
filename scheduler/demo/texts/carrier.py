"""The carrier of the demo: takes most messages, loses a few, with the codes of the real ones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from scheduler.core import backoff
from scheduler.core.backoff import Verdict
from scheduler.core.message_status import MessageStatus
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.people.consents import Consents
from scheduler.demo.world import By, World
from scheduler.messaging.models import DeliveryEvent, Message
from scheduler.messaging.plan import CODE
from scheduler.worklist.models import StaffTask

_S = MessageStatus
CALLBACK = By(None, "webhooks/twilio/status")
TIMEOUT = "timeout"
# Of texts to numbers that work, so many in a thousand are lost on the way, by code.
_LOST = {"30003": 6, "30008": 3}
# The API itself refuses these; all else the carrier tells later.
_AT_ONCE = {"21211", "21614", "20429"}


class Carrier:
    def __init__(self, world: World, consents: Consents, tasks: Tasks) -> None:
        self._world = world
        self._consents = consents
        self._tasks = tasks
        self._dead: dict[tuple[str, str], str] = {}
        self._doomed: dict[int, str] = {}
        self._mishaps: list[tuple[datetime, str, str]] = []

    def never_reaches(self, address: tuple[str, str], code: str) -> None:
        """What is sent to this number or mail address ends in `code`, each time."""
        self._dead[address] = code

    def let_go_wrong(self, after: datetime, channel: str, code: str) -> None:
        """The first message by a channel after an instant ends in `code`, whatever is tried."""
        self._mishaps.append((after, channel, code))

    def take(self, message: Message, *, again: Callable[[Message], None]) -> None:
        """Hand one over; `again` is told of one that is to be tried once more."""
        code = self._fate(message)
        if code == TIMEOUT:
            message.status, message.error_code = _S.UNCERTAIN, code
            message.settled_at = self._world.clock
            self._tasks.ask(StaffTask.Kind.UNCERTAIN, message=message)
        elif code and (message.channel == "email" or code in _AT_ONCE):
            message.sending_at = None
            self._end(message, code, _S.FAILED, again)
        else:
            self._accept(message, code, again)

    def _fate(self, message: Message) -> str:
        if message.kind == CODE:
            return ""
        if message.appointment_id is not None:
            self._meet_a_mishap(message)
        dead = self._dead.get((message.channel, message.to), "")
        if code := self._doomed.get(message.pk, dead):
            return code
        if message.channel == "sms":
            drawn = self._world.rng.randrange(1000)
            for code, share in _LOST.items():
                drawn -= share
                if drawn < 0:
                    return code
        return ""

    def _meet_a_mishap(self, message: Message) -> None:
        for mishap in self._mishaps:
            after, channel, code = mishap
            if after <= self._world.clock and channel == message.channel:
                self._mishaps.remove(mishap)
                self._doomed[message.pk] = code
                return

    def _accept(self, message: Message, code: str, again: Callable[[Message], None]) -> None:
        world = self._world
        message.status, message.accepted_at = _S.ACCEPTED, world.clock
        message.error_code, message.settled_at = "", None
        if message.channel == "email":
            message.sid = message.public_id.hex
            return
        message.sid = f"SM{world.rng.getrandbits(128):032x}"
        sent = world.clock + timedelta(seconds=world.rng.uniform(0.5, 3))
        world.later(sent, partial(self._tell, message, "sent", ""), CALLBACK)
        told = sent + timedelta(seconds=world.rng.uniform(1, 20))
        end = partial(self._undelivered, message, code, again) if code else None
        world.later(told, end or partial(self._delivered, message), CALLBACK)

    def _tell(self, message: Message, event: str, code: str) -> None:
        world = self._world
        world.add(
            DeliveryEvent(
                message_id=message.pk,
                sid=message.sid,
                status=event,
                error_code=code,
                at=world.clock,
            )
        )

    def _delivered(self, message: Message) -> None:
        self._tell(message, "delivered", "")
        message.status, message.settled_at = _S.DELIVERED, self._world.clock

    def _undelivered(self, message: Message, code: str, again: Callable[[Message], None]) -> None:
        self._tell(message, "undelivered", code)
        self._end(message, code, _S.UNDELIVERED, again)

    def _end(
        self, message: Message, code: str, ended: MessageStatus, again: Callable[[Message], None]
    ) -> None:
        now = self._world.clock
        message.status, message.error_code, message.settled_at = ended, code, now
        decision = backoff.decide(
            message.channel, code, message.attempts, jitter=self._world.rng.random()
        )
        if decision.delay is not None:
            later = now + timedelta(seconds=decision.delay)
            if later < message.expires_at:
                message.status, message.next_attempt_at = _S.PLANNED, later
                message.settled_at = message.sending_at = None
                again(message)
                return
        if decision.marks_address:
            self._consents.mark_unusable((message.channel, message.to), code)
        if decision.opted_out:
            self._consents.stop((message.channel, message.to), source=f"carrier {code}")
        setup = decision.verdict is Verdict.CONFIGURATION
        kind = StaffTask.Kind.CONFIGURATION if setup else StaffTask.Kind.MESSAGE
        self._tasks.ask(kind, message=message, urgent=setup, note=code)
