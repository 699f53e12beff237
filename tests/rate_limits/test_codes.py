"""Codes can't be used to pester a number, to run up a bill or to try a million guesses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from scheduler.booking.holds.send_code import resend_code
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AlreadyVerified, HoldExpired, NoSuchContact, TooSoon
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.models import BadAddress
from scheduler.patients import parsing
from scheduler.rate_limits.codes import EVERYBODY_AN_HOUR
from scheduler.rate_limits.counting import CodeLimit
from scheduler.rate_limits.models import CodeSent
from scheduler.worklist.models import StaffTask
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    TUESDAY,
    a_person,
    code_of,
    hold,
    make_provider,
    messages_of,
    somebody,
)
from tests.messaging.carriers import Carrier, deliver_due

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NETWORK = "198.51.100.0/24"


def again(held: Appointment, *, now: datetime, channel: str = "sms") -> Appointment:
    return resend_code(held.pk, channel, network=NETWORK, now=now)


def refused(act: Callable[..., Appointment], *args: Any, **kwargs: Any) -> tuple[str, int]:
    """The scope of the limit that stood against it, and the seconds to wait."""
    with pytest.raises(CodeLimit) as limit:
        act(*args, **kwargs)
    return limit.value.scope, limit.value.retry_after


class TestResend:
    def test_sends_a_new_code_and_withdraws_the_old_text(self, dana: Provider) -> None:
        held = hold()
        first = code_of(held)
        second = again(held, now=NOW + MINUTE)
        assert code_of(second) != first
        assert [(one.sequence, one.status) for one in messages_of(held)] == [
            (1, "cancelled"),
            (2, "planned"),
        ]

    def test_may_go_by_mail_instead(self, dana: Provider) -> None:
        assert again(hold(), channel="email", now=NOW + MINUTE).code_channel == "email"

    def test_proves_the_address_it_went_to(self, dana: Provider) -> None:
        held = again(hold(), channel="email", now=NOW + MINUTE)
        (code,) = messages_of(held, status="planned")
        assert (code.channel, code.to) == ("email", EMAIL)

    def test_waits_half_a_minute(self, dana: Provider) -> None:
        held = hold()
        with pytest.raises(TooSoon) as pause:
            again(held, now=NOW + 10 * SECOND)
        assert 20 <= pause.value.retry_after <= 21
        assert again(held, now=NOW + 30 * SECOND).code_number == 2

    def test_sends_three_codes_a_hold(self, dana: Provider) -> None:
        held = hold()
        again(held, now=NOW + 1 * MINUTE)
        again(held, now=NOW + 2 * MINUTE, channel="email")
        assert refused(again, held, now=NOW + 3 * MINUTE, channel="email")[0] == "hold"

    def test_needs_an_address_of_that_kind(self, dana: Provider) -> None:
        with pytest.raises(NoSuchContact):
            again(hold(person=a_person(email="")), channel="email", now=NOW + MINUTE)

    def test_is_for_times_that_are_kept(self, dana: Provider) -> None:
        held = hold()
        with pytest.raises(HoldExpired):
            again(held, now=NOW + 15 * MINUTE)
        verify(held.pk, code_of(held), now=NOW + MINUTE)
        with pytest.raises(AlreadyVerified):
            again(held, now=NOW + 2 * MINUTE)


class TestPerContact:
    def test_three_an_hour(self, dana: Provider) -> None:
        held = hold(person=a_person(email=""))
        again(held, now=NOW + 1 * MINUTE)
        again(held, now=NOW + 2 * MINUTE)
        other: dict[str, Any] = {
            "person": a_person(name="Some One", email=""),
            "network": "203.0.113.0/24",
        }
        assert refused(hold, now=NOW + 20 * MINUTE, **other) == ("contact", 40 * 60)
        assert hold(now=NOW + HOUR, **other).status == "held"

    def test_five_a_day(self, dana: Provider) -> None:
        person = a_person(email="")
        for number in range(5):
            hold(TUESDAY, person=person, now=NOW + number * HOUR)
        assert refused(hold, person=person, now=NOW + 10 * HOUR) == ("contact", 14 * 3600)

    def test_by_whatever_network_and_name(self, dana: Provider) -> None:
        for number in range(3):
            hold(
                TUESDAY,
                person=a_person(name=f"Name {'abc'[number]}", email=""),
                network=f"203.0.{number}.0/24",
                now=NOW + number * 16 * MINUTE,
            )
        assert refused(hold, person=a_person(email=""), now=NOW + 50 * MINUTE)[0] == "contact"

    def test_however_its_letters_are_written(self, dana: Provider) -> None:
        for number, written in enumerate(("ana@example.org", "Ana@example.org", "ANA@Example.org")):
            person = a_person(phone="", email=parsing.email(written))
            hold(person=person, now=NOW + number * 16 * MINUTE)
        last = a_person(phone="", email=parsing.email("anA@example.org"))
        assert refused(hold, person=last, now=NOW + 50 * MINUTE)[0] == "contact"

    def test_a_refused_code_costs_nothing(self, dana: Provider) -> None:
        person = a_person(email="")
        for number in range(3):
            hold(TUESDAY, person=person, now=NOW + number * MINUTE * 16)
        before = CodeSent.objects.count()
        refused(hold, TUESDAY + HOUR, person=person, now=NOW + 40 * MINUTE)
        assert CodeSent.objects.count() == before
        assert Appointment.objects.filter(status="held").count() == 1


class TestPerNetwork:
    def test_ten_an_hour(self, clinic: object) -> None:
        for slug in ("dana", "eli"):
            make_provider(slug)
        for number in range(10):
            hold(TUESDAY + number * timedelta(days=7), person=somebody(number))
        twelfth_week = TUESDAY + timedelta(days=1)
        assert refused(hold, twelfth_week, person=somebody(11)) == ("network", 3600)
        elsewhere = hold(twelfth_week, person=somebody(11), network="203.0.113.0/24")
        assert elsewhere.status == "held"


class TestAltogether:
    def _sent(self, count: int) -> None:
        CodeSent.objects.bulk_create(
            CodeSent(contact=f"c{n}", network=f"n{n}", at=NOW - MINUTE) for n in range(count)
        )

    def test_an_hourly_cap_holds_for_everybody(self, dana: Provider) -> None:
        self._sent(EVERYBODY_AN_HOUR)
        assert refused(hold) == ("clinic", 3600)
        assert hold(now=NOW + HOUR).status == "held"

    def test_staff_hear_of_it_once_it_is_reached(self, dana: Provider) -> None:
        self._sent(EVERYBODY_AN_HOUR - 1)
        hold()
        (task,) = StaffTask.objects.all()
        assert (task.kind, task.urgent) == ("codes", True)


class TestWhatIsKept:
    def test_counts_hold_no_number_and_no_network(self, dana: Provider) -> None:
        hold()
        kept = " ".join(map(str, CodeSent.objects.values_list()))
        assert PHONE not in kept
        assert "198.51" not in kept


class TestWhereACodeGoes:
    def test_tells_nobody_that_a_number_opted_out(self, dana: Provider) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        held = hold()
        assert held.code_channel == "sms"
        assert deliver_due(Carrier(), now=NOW) == ["suppressed"]
        assert again(held, channel="email", now=NOW + MINUTE).code_channel == "email"

    def test_tells_nobody_that_a_number_cannot_take_texts(self, dana: Provider) -> None:
        BadAddress.objects.create(channel="sms", address=PHONE, code="30006", at=NOW)
        assert hold().code_channel == "sms"

    def test_nowhere_when_the_only_channel_is_off(self, dana: Provider, settings: Settings) -> None:
        settings.SMS_TRANSPORT = "off"
        assert hold().code_channel == "email"
        with pytest.raises(NoSuchContact):
            hold(person=a_person(email=""))
