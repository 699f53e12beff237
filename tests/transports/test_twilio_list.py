"""Twilio's own record of texts, over real HTTP."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.transports.base import Listing
from scheduler.transports.errors import NotListed
from scheduler.transports.twilio_sms import TwilioSms
from tests.fakes.twilio import Fail, FakeTwilio, Garbled, Hang, Reset, Step, Text, Wait
from tests.transports.factories import text

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TO = text().to


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(clock=lambda: NOON) as fake:
        yield fake


def transport(twilio: FakeTwilio, *, service: str = "", timeout: float = 5.0) -> TwilioSms:
    return TwilioSms(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
        from_number="" if service else twilio.number,
        messaging_service_sid=service,
        api_base=twilio.base_url,
        timeout=timeout,
    )


class TestWhatWasSent:
    def test_is_listed_with_all_that_tells_it_from_others(self, twilio: FakeTwilio) -> None:
        ours = transport(twilio)
        assert isinstance(ours, Listing)
        receipt = ours.send(text())
        twilio.sent[0].reach("undelivered", 30005)
        [listed] = ours.list_sent(TO, since=NOON - MINUTE)
        assert (listed.sid, listed.to, listed.from_) == (receipt.sid, TO, twilio.number)
        assert (listed.body, listed.at) == (text().text, NOON)
        assert (listed.status, listed.error_code) == ("undelivered", "30005")

    def test_is_listed_for_its_number_and_time_only(self, twilio: FakeTwilio) -> None:
        ours = transport(twilio)
        ours.send(text(to="+14195550101"))
        assert ours.list_sent(TO) == []
        assert ours.list_sent("+14195550101", since=NOON + MINUTE) == []
        local = NOON.astimezone(ZoneInfo("America/New_York"))
        assert len(ours.list_sent("+14195550101", since=local)) == 1

    def test_is_listed_without_a_date_while_it_waits(self, twilio: FakeTwilio) -> None:
        ours = transport(twilio)
        twilio.busy = True
        ours.send(text())
        assert ours.list_sent(TO, since=NOON - MINUTE) == []
        assert [listed.at for listed in ours.list_sent(TO)] == [NOON]

    def test_is_not_what_twilio_answers_nor_what_others_of_the_account_send(
        self, twilio: FakeTwilio
    ) -> None:
        reply = Text(twilio.account_sid, TO, twilio.number, "You are unsubscribed", NOON)
        reply.direction = "outbound-reply"
        twilio.record(reply)
        twilio.record(Text(twilio.account_sid, TO, "+14195550777", "another desk", NOON))
        assert transport(twilio).list_sent(TO) == []

    def test_of_a_messaging_service_is_known_by_it(self, twilio: FakeTwilio) -> None:
        transport(twilio, service="MG1").send(text())
        assert len(transport(twilio, service="MG1").list_sent(TO)) == 1
        assert transport(twilio, service="MG2").list_sent(TO) == []

    def test_is_read_page_by_page(
        self, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("scheduler.transports.twilio_list.PAGE", 2)
        ours = transport(twilio)
        sids = {ours.send(text()).sid for _ in range(5)}
        assert {listed.sid for listed in ours.list_sent(TO)} == sids
        assert twilio.lists == 3

    def test_is_not_listed_where_there_is_more_than_is_read(
        self, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("scheduler.transports.twilio_list.MOST", 3)
        ours = transport(twilio)
        for _ in range(3):
            ours.send(text())
        with pytest.raises(NotListed, match="too-many"):
            ours.list_sent(TO)

    def test_last_shows_how_far_the_list_has_come(self, twilio: FakeTwilio) -> None:
        ours = transport(twilio)
        assert ours.listed_until() is None
        ours.send(text())
        twilio.receive(TO, "1")
        assert ours.listed_until() == NOON
        twilio.lists_late = MINUTE
        assert ours.listed_until() is None


class TestWhatCameIn:
    @pytest.mark.parametrize("service", ["", "MG1"])
    def test_is_listed_for_our_numbers(self, twilio: FakeTwilio, service: str) -> None:
        received = twilio.receive(TO, "1")
        ours = transport(twilio, service=service)
        ours.send(text())
        [listed] = ours.list_received(since=NOON - MINUTE)
        assert (listed.sid, listed.from_, listed.body) == (received.sid, TO, "1")
        assert ours.list_received(since=NOON + MINUTE) == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fail(503), "http-503"),
        (Fail(429, 20429), "20429"),
        (Reset(), "reset"),
        (Garbled(), "unreadable"),
        (Hang(), "timeout"),
    ],
)
class TestAListThatCantBeRead:
    def test_says_so_and_names_nobody(
        self, twilio: FakeTwilio, fault: Step, code: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        twilio.script_list(fault)
        with pytest.raises(NotListed) as caught:
            transport(twilio, timeout=0.3).list_sent(TO)
        assert caught.value.code == code
        assert TO not in f"{caught.value} {caplog.text}"

    def test_in_the_middle_is_not_taken_for_its_end(
        self, twilio: FakeTwilio, fault: Step, code: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("scheduler.transports.twilio_list.PAGE", 1)
        for _ in range(2):
            transport(twilio).send(text())
        twilio.script_list(Wait(0), fault)
        with pytest.raises(NotListed, match=code):
            transport(twilio, timeout=0.3).list_sent(TO)
