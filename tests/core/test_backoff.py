import pytest

from scheduler.core.backoff import MOST_ATTEMPTS, Decision, Verdict, decide

MINUTE, HOUR = 60, 3600
RETRIED = ["20429", "63038", "30003", "30008", "refused", "smtp-421", "smtp-4xx"]


def waits(code: str) -> list[int]:
    """The seconds between the attempts, without jitter, until it is given up."""
    found: list[int] = []
    while (delay := decide(code, len(found) + 1, jitter=0.0).delay) is not None:
        found.append(delay)
    return found


class TestDecide:
    @pytest.mark.parametrize(
        "code", ["21211", "21614", "30005", "30006", "smtp-550", "smtp-553", "smtp-5xx"]
    )
    def test_a_bad_address_is_marked_and_never_tried_again(self, code: str) -> None:
        assert decide(code, 1, jitter=0.5) == Decision(Verdict.PERMANENT, marks_address=True)

    def test_an_opted_out_number_is_no_bad_number(self) -> None:
        assert decide("21610", 1, jitter=0.5) == Decision(Verdict.PERMANENT, opted_out=True)

    @pytest.mark.parametrize(
        "code", ["21408", "30007", "30034", "smtp-530", "smtp-535", "smtp-policy"]
    )
    def test_what_we_set_up_wrongly_alarms_staff(self, code: str) -> None:
        assert decide(code, 1, jitter=0.5) == Decision(Verdict.CONFIGURATION, alarms_staff=True)

    @pytest.mark.parametrize("code", ["99999", "20500", "", "bad-header", "SMTP"])
    def test_an_unknown_code_is_a_task_for_staff(self, code: str) -> None:
        assert decide(code, 1, jitter=0.5) == Decision(Verdict.UNKNOWN, alarms_staff=True)

    @pytest.mark.parametrize("code", ["smtp-552", "smtp-554"])
    def test_a_full_mailbox_says_nothing_against_the_address(self, code: str) -> None:
        assert decide(code, 1, jitter=0.5) == Decision(Verdict.PERMANENT)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("20429", [5, 20, 80, 320, 900]),
            ("63038", [2 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]),
            ("30003", [45 * MINUTE]),
            ("30008", [5 * MINUTE]),
            ("refused", [15, 60, 240, 960, HOUR]),
            ("smtp-421", [60, 240, 960, HOUR, HOUR]),
            ("smtp-4xx", [60, 240, 960, HOUR, HOUR]),
        ],
    )
    def test_waits_longer_and_longer_up_to_a_bound(self, code: str, expected: list[int]) -> None:
        assert waits(code) == expected

    @pytest.mark.parametrize("code", RETRIED)
    def test_tries_six_times_at_most(self, code: str) -> None:
        assert len(waits(code)) < MOST_ATTEMPTS
        assert decide(code, MOST_ATTEMPTS, jitter=0.0).verdict is Verdict.PERMANENT
        assert decide(code, 1000, jitter=0.0).verdict is Verdict.PERMANENT

    @pytest.mark.parametrize(
        ("code", "alarms"),
        [
            ("20429", True),
            ("63038", True),
            ("refused", True),
            ("30003", False),
            ("30008", False),
            ("smtp-421", False),
        ],
    )
    def test_giving_up_alarms_staff_where_it_is_not_about_one_patient(
        self, code: str, alarms: bool
    ) -> None:
        given_up = decide(code, MOST_ATTEMPTS, jitter=0.0)
        assert given_up == Decision(Verdict.PERMANENT, alarms_staff=alarms)

    @pytest.mark.parametrize("code", RETRIED)
    def test_jitter_only_adds_and_at_most_half(self, code: str) -> None:
        shortest = decide(code, 1, jitter=0.0).delay
        middle = decide(code, 1, jitter=0.5).delay
        longest = decide(code, 1, jitter=0.999).delay
        assert shortest is not None
        assert middle is not None
        assert longest is not None
        assert shortest < middle < longest <= shortest * 1.5

    def test_counts_attempts_from_one(self) -> None:
        with pytest.raises(ValueError, match="attempts"):
            decide("20429", 0, jitter=0.0)
