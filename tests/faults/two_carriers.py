"""Twilio and a mail server, each over real sockets, on a clock that stands until it is moved;
either may be away."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from django.core.mail.backends.smtp import EmailBackend

from scheduler.messaging.delivery.record import record_delivery
from scheduler.transactions.statements import fetch_rows
from scheduler.transports.base import Transport
from scheduler.transports.email import Email
from scheduler.transports.twilio_sms import TwilioSms
from tasks import messages, upkeep, watch
from tests.factories import NOW
from tests.fakes.smtp import FakeSmtp, Say
from tests.fakes.twilio import Fail, FakeTwilio, Text
from tests.house.product import free_port


@dataclass(frozen=True)
class Away:
    """How a carrier is away: it answers so, or takes no connection at all. `lists`: of Twilio,
    whether its record of texts can be read all the same."""

    channel: str
    answer: Fail | Say | None = None
    lists: bool = False


TEXTS_AWAY = {
    "texts: no connection": Away("sms"),
    "texts: 503": Away("sms", Fail(503)),
    "texts: 503 and a list": Away("sms", Fail(503), lists=True),
    "texts: 503 with Retry-After": Away("sms", Fail(503, retry_after="600")),
    "texts: 429": Away("sms", Fail(429, 20429), lists=True),
    "texts: 429 with Retry-After": Away("sms", Fail(429, 20429, retry_after="600")),
    "texts: 429 until tomorrow": Away("sms", Fail(429, 20429, retry_after="86400")),
}
MAIL_AWAY = {
    "mail: no connection": Away("email"),
    "mail: 421": Away("email", Say("rcpt", 421)),
}
AWAY = TEXTS_AWAY | MAIL_AWAY


# What a beat could change: all else is skipped, because most hours of a week are idle.
_WAITS = """
    SELECT EXISTS (SELECT FROM scheduler_message
                    WHERE status = 'planned' AND due_at <= %(now)s
                       OR status = 'claimed' OR look_up_at <= %(now)s)
        OR EXISTS (SELECT FROM scheduler_alarm WHERE over_at IS NULL)
        OR EXISTS (SELECT FROM scheduler_appointment WHERE status = 'held')
"""


class TwoCarriers:
    """What workers and beat do, when a test says so. Whatever Twilio takes arrives at once."""

    def __init__(self, twilio: FakeTwilio, smtp: FakeSmtp) -> None:
        self.now = NOW
        self.twilio, self.smtp = twilio, smtp
        twilio.clock = lambda: self.now
        smtp.clock = lambda: self.now
        nobody = free_port()
        self._there: dict[str, Transport] = {
            "sms": _texts(twilio, twilio.base_url),
            "email": _mails(smtp.port),
        }
        self._nobody: dict[str, Transport] = {
            "sms": _texts(twilio, f"http://127.0.0.1:{nobody}"),
            "email": _mails(nobody),
        }
        self._away: dict[str, Away] = {}
        self._reported = 0

    @property
    def left(self) -> dict[str, list[datetime]]:
        """Our id of each message to when a carrier took it."""
        found: dict[str, list[datetime]] = {}
        for ledger in (self.twilio.ledger, self.smtp.ledger):
            for entry in ledger:
                found.setdefault(entry.message_id, []).append(entry.at)
        return found

    @contextmanager
    def outage(self, away: Away) -> Iterator[None]:
        answer = away.answer
        with ExitStack() as back:
            self._away[away.channel] = away
            back.callback(self._away.pop, away.channel)
            if isinstance(answer, Fail):
                fail = answer
                back.callback(setattr, self.twilio, "meets", self.twilio.meets)
                back.callback(setattr, self.twilio, "meets_list", self.twilio.meets_list)
                self.twilio.meets = lambda _: fail
                if not away.lists:
                    self.twilio.meets_list = lambda: fail
            elif isinstance(answer, Say):
                say = answer
                back.callback(setattr, self.smtp, "meets", self.smtp.meets)
                self.smtp.meets = lambda _: say
            yield

    def go_on(self, until: datetime, *, every: timedelta) -> None:
        while self.now < until:
            self.now = min(self.now + every, until)
            if self._something_waits():
                self._beat()

    def _something_waits(self) -> bool:
        [(waits,)] = fetch_rows(_WAITS, {"now": self.now})
        return bool(waits)

    def _beat(self) -> None:
        with time_machine.travel(self.now, tick=False):
            upkeep.look_after_messages()
            for channel in self._there:
                messages.deliver_due(channel)
            self._report()
            upkeep.settle_uncertain()
            watch.watch()

    def transports(self) -> Mapping[str, Transport]:
        """As they are just now, in place of the product's."""
        nobody = {channel for channel, away in self._away.items() if away.answer is None}
        return {
            channel: (self._nobody if channel in nobody else self._there)[channel]
            for channel in self._there
        }

    def _report(self) -> None:
        sent = self.twilio.sent
        for text in sent[self._reported :]:
            self._arrived(text)
        self._reported = len(sent)

    def _arrived(self, text: Text) -> None:
        text.reach("delivered")
        record_delivery(text.message_id, text.sid, "delivered", "", now=self.now)


def _texts(twilio: FakeTwilio, base: str) -> TwilioSms:
    return TwilioSms(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
        from_number=twilio.number,
        api_base=base,
        timeout=2.0,
    )


def _mails(port: int) -> Email:
    return Email(
        from_address="visits@example.org",
        connect=lambda: EmailBackend(host="127.0.0.1", port=port, timeout=2.0),
    )
