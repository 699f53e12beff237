"""While sending is paused everything waits, but for codes; then it goes out if it still helps."""

from datetime import timedelta

import pytest

from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.delivery.pause_sending import pause_sending, resume_sending
from scheduler.messaging.models import Message
from tests.factories import NOW, TUESDAY, at, book, hold, messages_of, somebody
from tests.messaging.carriers import Carrier, deliver_due, fresh
from tests.staff import make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def confirmation(dana: Provider) -> Message:
    (text,) = messages_of(book(), kind="confirmation", channel="sms")
    return text


def pause() -> bool:
    return pause_sending(by=make_user(None), now=NOW)


class TestPaused:
    def test_nothing_leaves(self, confirmation: Message) -> None:
        assert pause()
        assert deliver_due(Carrier(), now=LATER) == []
        assert deliver_due(Carrier(), now=LATER, channel="email") == []
        assert fresh(confirmation).status == "planned"

    def test_codes_leave(self, confirmation: Message) -> None:
        pause()
        hold(at("2026-11-25 10:00"), person=somebody(1))
        carrier = Carrier()
        assert deliver_due(carrier, now=NOW) == ["accepted"]
        assert "code" in carrier.sent[0].text

    def test_says_who_paused_first_and_when(self, clinic: Clinic) -> None:
        first = make_user(None, "first")
        assert pause_sending(by=first, now=NOW)
        assert not pause_sending(by=make_user(None, "second"), now=LATER)
        clinic.refresh_from_db()
        assert (clinic.sending_paused_by, clinic.sending_paused_at) == (first, NOW)


class TestResumed:
    def test_what_waited_goes_out(self, confirmation: Message) -> None:
        pause()
        assert resume_sending()
        assert not resume_sending()
        assert deliver_due(Carrier(), now=LATER) == ["accepted"]

    def test_what_came_too_late_does_not(self, confirmation: Message) -> None:
        pause()
        resume_sending()
        assert set(deliver_due(Carrier(), now=TUESDAY)) == {"expired"}
        assert fresh(confirmation).status == "expired"
