"""Texts over real HTTP to a fake Twilio."""

import logging
import socket
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest

from scheduler.transports.errors import Refused, TooLate, Unknown
from scheduler.transports.twilio_sms import TwilioSms
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_steps import Fail, Garbled, Hang, Reset, Step, Wait
from tests.transports.factories import text


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as fake:
        yield fake


def transport(twilio: FakeTwilio, *, timeout: float = 5.0) -> TwilioSms:
    return TwilioSms(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
        from_number=twilio.number,
        api_base=twilio.base_url,
        timeout=timeout,
    )


class TestSend:
    def test_sends_the_text_and_gives_its_sid(self, twilio: FakeTwilio) -> None:
        receipt = transport(twilio).send(text())
        [sent] = twilio.sent
        assert receipt.sid == sent.sid
        assert (sent.to, sent.from_, sent.body) == (text().to, twilio.number, text().text)

    def test_sends_from_a_messaging_service_instead_of_a_number(self, twilio: FakeTwilio) -> None:
        service = TwilioSms(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            messaging_service_sid="MG1",
            api_base=twilio.base_url,
        )
        service.send(text())
        assert twilio.sent[0].form["MessagingServiceSid"] == "MG1"
        assert "From" not in twilio.sent[0].form

    @pytest.mark.parametrize(("from_number", "service"), [("", ""), ("+14195550199", "MG1")])
    def test_needs_exactly_one_sender(self, from_number: str, service: str) -> None:
        with pytest.raises(ValueError, match="either"):
            TwilioSms(
                account_sid="AC1",
                auth_token="t",
                from_number=from_number,
                messaging_service_sid=service,
            )

    def test_refuses_an_api_base_without_a_scheme(self) -> None:
        with pytest.raises(ValueError, match="scheme"):
            TwilioSms(
                account_sid="AC1", auth_token="t", from_number="+1", api_base="localhost:8025"
            )

    @pytest.mark.parametrize(
        ("asked", "given"), [(0, "1"), (-5, "1"), (600, "600"), (90_000, "36000")]
    )
    def test_keeps_the_validity_period_in_twilios_range(
        self, twilio: FakeTwilio, asked: int, given: str
    ) -> None:
        transport(twilio).send(text(valid_for=asked))
        assert twilio.sent[0].form["ValidityPeriod"] == given

    def test_leaves_out_what_was_not_asked_for(self, twilio: FakeTwilio) -> None:
        transport(twilio).send(text())
        assert set(twilio.sent[0].form) == {"To", "From", "Body"}

    @pytest.mark.parametrize(
        "address", ["https://book.example.org/status", "https://x.example/s?a=b"]
    )
    def test_puts_our_id_into_the_status_callback(self, twilio: FakeTwilio, address: str) -> None:
        transport(twilio).send(text(callback_url=address))
        callback = twilio.sent[0].form["StatusCallback"]
        assert callback.startswith(address)
        assert parse_qs(urlsplit(callback).query)["message"] == [text().message_id]

    def test_takes_a_fresh_connection_for_each_text(self, twilio: FakeTwilio) -> None:
        shared = transport(twilio)
        for _ in range(3):
            shared.send(text())
        assert twilio.connections == 3

    def test_serves_threads_at_once(self, twilio: FakeTwilio) -> None:
        shared = transport(twilio)
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(lambda _: shared.send(text()), range(24)))
        assert len({receipt.sid for receipt in receipts}) == len(twilio.sent) == 24


class TestTooLate:
    def test_a_text_that_was_held_up_is_not_sent(self, twilio: FakeTwilio) -> None:
        with pytest.raises(TooLate):
            transport(twilio).send(text(leave_by=monotonic()))
        assert twilio.requests == 0

    def test_one_in_time_is(self, twilio: FakeTwilio) -> None:
        transport(twilio).send(text(leave_by=monotonic() + 60))
        assert len(twilio.sent) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (400, 21211, "21211"),
            (400, 21610, "21610"),
            (400, 21408, "21408"),
            (429, 20429, "20429"),
            (429, 63038, "63038"),
            (429, None, "20429"),
            (401, 20003, "20003"),
            (404, None, "http-404"),
            (302, None, "http-302"),
        ],
    )
    def test_gives_the_code_of_an_error_that_sent_nothing(
        self, twilio: FakeTwilio, status: int, code: int | None, expected: str
    ) -> None:
        twilio.script(Fail(status, code))
        with pytest.raises(Refused) as caught:
            transport(twilio).send(text())
        assert caught.value.code == expected
        assert twilio.sent == []

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("12", 12), ("", 0), ("0", 0), ("-5", 0), ("1.5", 0), ("Tue, 1 Dec 2026 12:00:00 GMT", 0)],
    )
    @pytest.mark.parametrize("code", [20429, None])
    def test_says_how_long_twilio_asks_us_to_wait(
        self, twilio: FakeTwilio, code: int | None, header: str, seconds: int
    ) -> None:
        twilio.script(Fail(429, code, retry_after=header))
        with pytest.raises(Refused) as caught:
            transport(twilio).send(text())
        assert (caught.value.code, caught.value.retry_after) == ("20429", seconds)

    def test_says_refused_when_nobody_listens(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            nobody = TwilioSms(
                account_sid="AC1",
                auth_token="t",
                from_number="+14195550199",
                api_base=f"http://127.0.0.1:{port}",
            )
            with pytest.raises(Refused) as caught:
                nobody.send(text())
        assert caught.value.code == "refused"

    def test_says_refused_for_a_host_without_an_address(self) -> None:
        nowhere = TwilioSms(
            account_sid="AC1",
            auth_token="t",
            from_number="+14195550199",
            api_base="http://nowhere.invalid",
        )
        with pytest.raises(Refused) as caught:
            nowhere.send(text())
        assert caught.value.code == "refused"


class TestUnknown:
    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            (Fail(500, 20500), "20500"),
            (Fail(503, None), "http-503"),
            (Fail(408, None), "http-408"),
            (Hang(), "timeout"),
            (Hang(accepted=True), "timeout"),
            (Wait(1.0), "timeout"),
            (Reset(), "reset"),
            (Reset(accepted=True), "reset"),
            (Garbled(), "unreadable"),
        ],
    )
    def test_leaves_open_what_cannot_be_known(
        self, twilio: FakeTwilio, step: Step, expected: str
    ) -> None:
        twilio.script(step)
        with pytest.raises(Unknown) as caught:
            transport(twilio, timeout=0.3).send(text())
        assert caught.value.code == expected

    @pytest.mark.parametrize("step", [Fail(500, 20500), Fail(429, 20429), Reset(), Garbled()])
    def test_never_tries_again_by_itself(self, twilio: FakeTwilio, step: Step) -> None:
        twilio.script(step)
        with pytest.raises((Refused, Unknown)):
            transport(twilio).send(text())
        assert twilio.requests == 1

    def test_works_again_after_a_failure(self, twilio: FakeTwilio) -> None:
        shared = transport(twilio, timeout=0.3)
        twilio.script(Reset())
        with pytest.raises(Unknown):
            shared.send(text())
        assert shared.send(text()).sid == twilio.sent[0].sid


class TestPrivacy:
    @pytest.mark.parametrize("step", [Wait(0), Fail(400, 21211), Reset()])
    def test_logs_and_errors_hold_no_number_and_no_text(
        self, twilio: FakeTwilio, caplog: pytest.LogCaptureFixture, step: Step
    ) -> None:
        caplog.set_level(logging.DEBUG)
        twilio.script(step)
        told = ""
        try:
            transport(twilio).send(text())
        except (Refused, Unknown) as error:
            told = "".join(traceback.format_exception(error))
        for secret in (text().to, text().to[1:], text().text, twilio.auth_token):
            assert secret not in caplog.text + told
