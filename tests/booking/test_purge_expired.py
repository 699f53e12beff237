"""What has served its time is let go of; what has not, stays."""

from datetime import timedelta

import pytest

from scheduler.booking.book import BookAtOnce
from scheduler.booking.models import Appointment
from scheduler.booking.purge_expired import purge_expired
from scheduler.booking.reserve import reserve
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from scheduler.rate_limits.models import CodeSent
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.transactions.models import IdempotencyKey
from tests.factories import NOW, TUESDAY, book, hold, somebody, wanted

HOUR = timedelta(hours=1)


class TestClearOut:
    def test_expires_lapsed_holds_and_forgets_who_they_were_for(self, dana: Provider) -> None:
        held = hold()
        purge_expired(now=NOW + timedelta(minutes=14))
        held.refresh_from_db()
        assert held.held_details
        purge_expired(now=NOW + timedelta(minutes=15))
        held.refresh_from_db()
        assert (held.status, held.held_details) == ("expired", None)

    @pytest.mark.parametrize(("hours", "left"), [(48, 1), (49, 0)])
    def test_forgets_counted_codes_and_their_texts_after_two_days(
        self, dana: Provider, hours: int, left: int
    ) -> None:
        hold()
        purge_expired(now=NOW + hours * HOUR)
        assert CodeSent.objects.count() == left
        assert Message.objects.filter(kind="code").exists() is (hours < 49)

    @pytest.mark.parametrize(("hours", "left"), [(24, 1), (25, 0)])
    def test_forgets_remembered_answers_after_a_day(
        self, dana: Provider, hours: int, left: int
    ) -> None:
        idempotency = IdempotentCall("a-key-of-16-chars", b"{}", lambda _: {})
        reserve(BookAtOnce(wanted()), now=NOW, idempotency=idempotency)
        purge_expired(now=NOW + hours * HOUR)
        assert IdempotencyKey.objects.count() == left

    def test_leaves_visits_and_their_messages(self, dana: Provider) -> None:
        book()
        book(TUESDAY + HOUR, person=somebody(1))
        before = Message.objects.count()
        purge_expired(now=NOW + 1000 * HOUR)
        assert Appointment.objects.filter(status="booked").count() == 2
        assert Message.objects.count() == before
