import pytest

from scheduler.core.backoff import RETRIES, Decision, Fault, Retry, Verdict, decide

MINUTE, HOUR = 60, 3600
# Channel, code, and between which seconds each wait lies, until it is given up or goes on for ever.
WAITS = [
    ("sms", "20429", [(1, 11), (1, 41), (1, 161), (1, 301), (1, 301)]),
    ("sms", "refused", [(1, 16), (1, 61), (1, 241), (1, 301), (1, 301)]),
    ("sms", "63038", [(2 * HOUR, 3 * HOUR), (2 * HOUR, 6 * HOUR), (2 * HOUR, 6 * HOUR)]),
    ("sms", "30003", [(45 * MINUTE, HOUR)]),
    ("sms", "30008", [(5 * MINUTE, 8 * MINUTE)]),
    ("sms", "20003", [(60, 120), (60, 300), (60, 360), (60, 360)]),
    ("email", "smtp-535", [(60, 120), (60, 300), (60, 360), (60, 360)]),
    ("email", "smtp-421", [(1, 31), (1, 121), (1, 301)]),
    ("email", "refused", [(1, 16), (1, 61), (1, 241), (1, 301)]),
    (
        "email",
        "smtp-451",
        [(60, 120), (60, 300), (60, 1020), (60, HOUR + 60), (60, HOUR + 60)],
    ),
]
OF_TRANSPORT = ["20429", "refused", "63038", "smtp-421", "20003", "smtp-535"]


def delay(channel: str, code: str, attempt: int, jitter: float, retry_after: int = 0) -> int | None:
    return decide(channel, code, attempt, jitter=jitter, retry_after=retry_after).delay


class TestDecide:
    @pytest.mark.parametrize(
        "code", ["21211", "21614", "30005", "30006", "smtp-550", "smtp-553", "smtp-5xx"]
    )
    def test_a_bad_address_is_marked_and_never_tried_again(self, code: str) -> None:
        assert decide("sms", code, 1, jitter=0.5) == Decision(Verdict.PERMANENT, marks_address=True)

    def test_an_opted_out_number_is_no_bad_number(self) -> None:
        assert decide("sms", "21610", 1, jitter=0.5) == Decision(Verdict.PERMANENT, opted_out=True)

    @pytest.mark.parametrize(
        "code",
        ["20003", "21408", "30007", "30034", "smtp-530", "smtp-535", "smtp-policy"],
    )
    def test_what_we_set_up_wrongly_is_ours_to_mend(self, code: str) -> None:
        assert decide("sms", code, 1, jitter=0.5).verdict is Verdict.CONFIGURATION

    @pytest.mark.parametrize(
        ("code", "waits"),
        [("20003", True), ("smtp-530", True), ("21408", False), ("smtp-policy", False)],
    )
    def test_what_a_new_sign_in_mends_can_wait_for_it(self, code: str, waits: bool) -> None:
        channel = "email" if code.startswith("smtp") else "sms"
        assert (delay(channel, code, 1_000, 0.5) is not None) == waits

    @pytest.mark.parametrize("code", ["99999", "20500", "", "bad-header", "SMTP"])
    def test_an_unknown_code_is_never_tried_again(self, code: str) -> None:
        assert decide("sms", code, 1, jitter=0.5) == Decision(Verdict.UNKNOWN)

    @pytest.mark.parametrize("code", ["smtp-552", "smtp-554"])
    def test_a_full_mailbox_says_nothing_against_the_address(self, code: str) -> None:
        assert decide("email", code, 1, jitter=0.5) == Decision(Verdict.PERMANENT)

    @pytest.mark.parametrize("code", OF_TRANSPORT)
    def test_tells_what_the_next_message_would_meet_as_well(self, code: str) -> None:
        channel = "email" if code.startswith("smtp") else "sms"
        assert decide(channel, code, 1, jitter=0.5).of_transport

    @pytest.mark.parametrize("code", ["30003", "30008", "21211", "21408", "smtp-451", "smtp-550"])
    def test_from_what_is_of_this_message_alone(self, code: str) -> None:
        channel = "email" if code.startswith("smtp") else "sms"
        assert not decide(channel, code, 1, jitter=0.5).of_transport

    def test_counts_attempts_from_one(self) -> None:
        with pytest.raises(ValueError, match="attempts"):
            decide("sms", "20429", 0, jitter=0.0)


class TestWaits:
    @pytest.mark.parametrize(("channel", "code", "expected"), WAITS)
    def test_lie_anywhere_between_two_bounds_that_grow_up_to_a_cap(
        self, channel: str, code: str, expected: list[tuple[int, int]]
    ) -> None:
        for attempt, (least, most) in enumerate(expected, 1):
            found = [delay(channel, code, attempt, jitter) for jitter in (0.0, 0.5, 0.999_999)]
            assert found[0] == least
            assert found[1] == pytest.approx((least + most) / 2, abs=1)
            assert found[2] == pytest.approx(most, abs=1)

    @pytest.mark.parametrize(
        ("channel", "code", "attempts"),
        [("sms", "30003", 2), ("sms", "30008", 2), ("email", "smtp-451", 6)],
    )
    def test_end_where_it_is_about_this_message(
        self, channel: str, code: str, attempts: int
    ) -> None:
        assert delay(channel, code, attempts - 1, 0.5) is not None
        for late in (attempts, attempts + 1, 1000):
            assert decide(channel, code, late, jitter=0.5) == Decision(Verdict.PERMANENT)

    @pytest.mark.parametrize(("channel", "code"), [("sms", "20429"), ("email", "refused")])
    def test_end_with_the_deadline_alone_where_the_other_side_is_away(
        self, channel: str, code: str
    ) -> None:
        assert delay(channel, code, 100_000, 0.5) == 151

    @pytest.mark.parametrize(("asked", "expected"), [(0, 6), (5, 6), (90, 90)])
    def test_are_no_shorter_than_the_other_side_asks(self, asked: int, expected: int) -> None:
        assert delay("sms", "20429", 1, 0.5, retry_after=asked) == expected

    def test_of_a_mail_servers_code_are_none_of_a_texts(self) -> None:
        assert decide("sms", "smtp-451", 1, jitter=0.5).verdict is Verdict.UNKNOWN


class TestTheTable:
    def test_has_each_channel_that_can_be_away_or_busy(self) -> None:
        for channel in ("sms", "email"):
            assert {Fault.BUSY, Fault.NO_CONNECTION} <= {f for c, f in RETRIES if c == channel}

    @pytest.mark.parametrize("retry", RETRIES.values())
    def test_caps_what_it_begins_with(self, retry: Retry) -> None:
        assert retry.least > 0
        assert 0 < retry.base <= retry.cap
