"""Texts through the fake Twilio, over real HTTP, on a clock that stands until it is moved."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.messaging.delivery.claim import claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.mark_uncertain import mark_unfinished
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import Message
from scheduler.messaging.plan import LINKS
from scheduler.messaging.uncertain.settle_uncertain import Outcome, settle_next
from scheduler.replies.models import InboundText
from scheduler.transports.twilio_sms import TwilioSms
from tests.factories import NOW
from tests.fakes.twilio import FakeTwilio, Text

USEFUL_FOR = timedelta(hours=6)
OTHER = "+14195559999"


class ThroughTwilio:
    """What workers and beat do, when a test says so. `timeout` is in real seconds."""

    def __init__(self, twilio: FakeTwilio, *, timeout: float = 5.0) -> None:
        self.now = NOW
        self.twilio = twilio
        twilio.clock = lambda: self.now
        self.transport = TwilioSms(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            from_number=twilio.number,
            api_base=twilio.base_url,
            timeout=timeout,
        )

    def deliver(self) -> list[str]:
        """All that is due; what became of each."""
        clinic = Clinic.objects.get()
        outcomes: list[str] = []
        while claims := claim_due("sms", limit=100, now=self.now):
            outcomes += [
                deliver(claim, {"sms": self.transport}, clinic, now=self.now) for claim in claims
            ]
        return outcomes

    def settle(self) -> list[Outcome]:
        """All that is to be looked up now."""
        found: list[Outcome] = []
        while (outcome := settle_next(self.transport, now=self.now)) is not None:
            found.append(outcome)
            if outcome is Outcome.NOT_LISTED:
                break
        return found

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def go_on(self, *, minutes: float, every: float = 30) -> None:
        """Deliver and look up every so many seconds, as beat would have it."""
        until = self.now + timedelta(minutes=minutes)
        while self.now < until:
            self.later(seconds=every)
            if not self._something_waits():
                continue
            mark_unfinished(now=self.now)
            self.deliver()
            self.settle()

    def _something_waits(self) -> bool:
        return Message.objects.filter(
            Q(status="claimed")
            | Q(status="planned", next_attempt_at__lte=self.now)
            | Q(look_up_at__lte=self.now)
        ).exists()

    def report(self, text: Text, *statuses: str, error_code: int | None = None) -> None:
        """Callbacks for it, without the web in between."""
        for status in statuses:
            text.reach(status, error_code)
            record_delivery(text.message_id, text.sid, status, str(error_code or ""), now=self.now)

    def others_go_on(self) -> None:
        """Another text of ours leaves: Twilio's list shows how far it has come."""
        self.twilio.record(
            Text(self.twilio.account_sid, OTHER, self.twilio.number, "another", self.now)
        )


def texts_with_links(
    visit: Appointment, numbers: Iterable[str], *, first: int = 0
) -> list[Message]:
    """One to each of the numbers, due at once, true whatever becomes of the visit; `first` is the
    sequence of the first."""
    return Message.objects.bulk_create(
        Message(
            appointment=visit,
            kind=LINKS,
            channel="sms",
            sequence=number,
            to=to,
            language="en",
            due_at=NOW,
            next_attempt_at=NOW,
            expires_at=NOW + USEFUL_FOR,
            created_at=NOW,
        )
        for number, to in enumerate(numbers, first)
    )


def texts_without_links(numbers: Iterable[str]) -> list[Message]:
    """An answer to HELP for each of the numbers, due at once: all have the same words."""
    asked = InboundText.objects.bulk_create(
        InboundText(
            sid=f"SMhelp{number}", from_number=to, body="HELP", received_at=NOW, acted_at=NOW
        )
        for number, to in enumerate(numbers)
    )
    return Message.objects.bulk_create(
        Message(
            inbound=inbound,
            kind="reply_help",
            channel="sms",
            to=inbound.from_number,
            language="en",
            due_at=NOW,
            next_attempt_at=NOW,
            expires_at=NOW + USEFUL_FOR,
            created_at=NOW,
        )
        for inbound in asked
    )


def statuses() -> list[str]:
    """Of all texts, in the order in which they were planned."""
    texts = Message.objects.filter(channel="sms").order_by("pk")
    return list(texts.values_list("status", flat=True))
