"""The patient says they will come."""

from datetime import timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.core.status import IllegalTransition, VisitOver
from tests.factories import NOW, PATIENT, TUESDAY, book, hold, messages_of

LATER = NOW + timedelta(hours=1)


class TestConfirm:
    def test_marks_the_visit(self, dana: Provider) -> None:
        confirmed = confirm(book().pk, now=LATER)
        assert (confirmed.status, confirmed.confirmed_at) == ("confirmed", LATER)

    def test_twice_changes_nothing(self, dana: Provider) -> None:
        once = confirm(book().pk, now=LATER)
        twice = confirm(once.pk, now=LATER + timedelta(hours=1))
        assert (twice.confirmed_at, twice.version) == (LATER, once.version)

    def test_leaves_the_reminders_and_the_calendar_alone(self, dana: Provider) -> None:
        booked = book()
        planned = len(messages_of(booked, status="planned"))
        assert confirm(booked.pk, now=LATER).sequence == booked.sequence
        assert len(messages_of(booked, status="planned")) == planned

    def test_is_too_late_once_the_visit_starts(self, dana: Provider) -> None:
        with pytest.raises(VisitOver):
            confirm(book().pk, now=TUESDAY)

    def test_is_not_for_a_cancelled_visit(self, dana: Provider) -> None:
        booked = book()
        cancel(booked.pk, by=PATIENT, now=LATER)
        with pytest.raises(IllegalTransition):
            confirm(booked.pk, now=LATER)

    def test_is_not_for_a_hold(self, dana: Provider) -> None:
        with pytest.raises(IllegalTransition):
            confirm(hold().pk, now=LATER)

    @pytest.mark.parametrize("status", ["arrived", "in_room", "completed", "no_show"])
    def test_is_not_for_a_visit_on_its_way(self, dana: Provider, status: str) -> None:
        booked = book()
        Appointment.objects.filter(pk=booked.pk).update(status=status)
        with pytest.raises(IllegalTransition):
            confirm(booked.pk, now=LATER)
