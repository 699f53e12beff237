"""Reminders turned off and on, and the language of what is still to come."""

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.models import Provider
from scheduler.core.status import VisitOver
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.models import Message
from tests.factories import NOW, PATIENT, TUESDAY, at, book

pytestmark = pytest.mark.usefixtures("dana")


def planned(appointment: Appointment) -> set[tuple[str, str]]:
    """(kind, channel) of the reminders that are still owed."""
    owed = appointment.messages.filter(kind__startswith="reminder-", status="planned")
    return set(owed.values_list("kind", "channel"))


class TestReminders:
    def test_turned_off_are_owed_no_more_and_the_rest_is(self) -> None:
        appointment = book()
        assert len(planned(appointment)) == 4
        set_preferences(appointment.pk, reminders_on=False, now=NOW)
        assert planned(appointment) == set()
        assert appointment.messages.filter(kind="confirmation", status="planned").count() == 2

    def test_turned_on_again_are_owed_as_before(self) -> None:
        appointment = book()
        before = planned(appointment)
        set_preferences(appointment.pk, reminders_on=False, now=NOW)
        set_preferences(appointment.pk, reminders_on=True, now=NOW)
        assert planned(appointment) == before

    def test_turned_on_late_leave_out_those_whose_time_is_past(self) -> None:
        appointment = book()
        set_preferences(appointment.pk, reminders_on=False, now=NOW)
        late = at("2026-11-22 12:00")
        set_preferences(appointment.pk, reminders_on=True, now=late)
        due = appointment.messages.filter(kind__startswith="reminder-", status="planned")
        assert due.count() == 2
        assert not due.filter(due_at__lte=late).exists()

    def test_turned_on_after_a_move_are_those_of_the_new_time(self, dana: Provider) -> None:
        appointment = book()
        set_preferences(appointment.pk, reminders_on=False, now=NOW)
        moved = at("2026-11-25 10:00")
        reschedule(appointment.pk, moved, by=PATIENT, now=NOW)
        assert planned(appointment) == set()
        set_preferences(appointment.pk, reminders_on=True, now=NOW)
        rows = appointment.messages.filter(kind__startswith="reminder-", status="planned")
        assert {row.sequence for row in rows} == {1}
        assert {row.expires_at <= moved for row in rows} == {True}
        assert rows.count() == 4

    def test_that_went_out_are_not_owed_twice(self) -> None:
        appointment = book()
        sent = appointment.messages.filter(kind__startswith="reminder-").order_by("pk")[:1].get()
        Message.objects.filter(pk=sent.pk).update(status="delivered")
        set_preferences(appointment.pk, reminders_on=False, now=NOW)
        set_preferences(appointment.pk, reminders_on=True, now=NOW)
        sent.refresh_from_db()
        assert sent.status == "delivered"
        assert len(planned(appointment)) == 3


class TestTheLanguage:
    def test_is_that_of_all_that_is_still_to_come(self) -> None:
        appointment = book()
        sent = appointment.messages.filter(kind="confirmation")[:1].get()
        Message.objects.filter(pk=sent.pk).update(status="accepted")
        changed = set_preferences(appointment.pk, language="es", now=NOW)
        assert changed.language == "es"
        assert set(changed.messages.filter(status="planned").values_list("language")) == {("es",)}
        sent.refresh_from_db()
        assert sent.language == "en"

    def test_raises_the_version_only_where_something_changes(self) -> None:
        appointment = book()
        same = set_preferences(appointment.pk, language="en", reminders_on=True, now=NOW)
        assert same.version == appointment.version
        other = set_preferences(appointment.pk, language="es", now=NOW)
        assert other.version == appointment.version + 1


class TestTooLate:
    def test_is_said_of_a_visit_that_began_or_was_cancelled(self) -> None:
        appointment = book()
        with pytest.raises(VisitOver):
            set_preferences(appointment.pk, reminders_on=False, now=TUESDAY)
        cancel(appointment.pk, by=PATIENT, now=NOW)
        with pytest.raises(VisitOver):
            set_preferences(appointment.pk, reminders_on=False, now=NOW)
