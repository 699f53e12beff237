"""A visit's way through the day, forth and back."""

from datetime import timedelta

import pytest

from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import PatientBusy, SlotTaken, StaleVersion
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Provider
from scheduler.core.status import AppointmentStatus, IllegalTransition
from tests.factories import NOW, TUESDAY, at, book, messages_of, somebody

pytestmark = pytest.mark.django_db
S = AppointmentStatus
HERE = TUESDAY - timedelta(minutes=10)


class TestTheWayThroughTheDay:
    def test_leaves_a_time_at_every_step(self, dana: Provider) -> None:
        pk = book().pk
        for minutes, step in enumerate([S.ARRIVED, S.IN_ROOM, S.COMPLETED]):
            set_appointment_status(pk, step, now=HERE + timedelta(minutes=minutes))
        done = Appointment.objects.get(pk=pk)
        assert done.status == "completed"
        times = [done.arrived_at, done.in_room_at, done.completed_at]
        assert times == [HERE + timedelta(minutes=minutes) for minutes in range(3)]

    def test_goes_back_step_by_step(self, dana: Provider) -> None:
        pk = book().pk
        for step in [S.ARRIVED, S.IN_ROOM, S.ARRIVED, S.BOOKED]:
            set_appointment_status(pk, step, now=HERE)
        back = Appointment.objects.get(pk=pk)
        assert (back.status, back.arrived_at, back.in_room_at) == ("booked", None, None)

    def test_keeps_the_first_arrival(self, dana: Provider) -> None:
        pk = book().pk
        set_appointment_status(pk, S.ARRIVED, now=HERE)
        set_appointment_status(pk, S.IN_ROOM, now=HERE)
        assert set_appointment_status(pk, S.ARRIVED, now=TUESDAY).arrived_at == HERE

    def test_leaves_what_is_planned_for_who_turns_out_not_to_be_here(self, dana: Provider) -> None:
        appointment = book()
        before = messages_of(appointment, status="planned")
        set_appointment_status(appointment.pk, S.ARRIVED, now=TUESDAY)
        set_appointment_status(appointment.pk, S.BOOKED, now=TUESDAY)
        assert messages_of(appointment, status="planned") == before

    def test_has_no_short_cuts(self, dana: Provider) -> None:
        pk = book().pk
        with pytest.raises(IllegalTransition):
            set_appointment_status(pk, S.COMPLETED, now=HERE)

    def test_is_said_once_however_often_it_is_said(self, dana: Provider) -> None:
        pk = book().pk
        first = set_appointment_status(pk, S.ARRIVED, now=HERE)
        again = set_appointment_status(pk, S.ARRIVED, now=TUESDAY)
        assert (again.version, again.arrived_at) == (first.version, HERE)

    def test_is_not_taken_by_who_looked_too_long_ago(self, dana: Provider) -> None:
        appointment = book()
        confirm(appointment.pk, now=NOW)
        with pytest.raises(StaleVersion):
            set_appointment_status(appointment.pk, S.ARRIVED, version=appointment.version, now=HERE)


class TestWhoWasMissed:
    def test_may_come_after_all(self, dana: Provider) -> None:
        pk = book().pk
        assert set_appointment_status(pk, S.NO_SHOW, now=TUESDAY).missed_at == TUESDAY
        late = set_appointment_status(pk, S.ARRIVED, now=TUESDAY)
        assert (late.status, late.missed_at) == ("arrived", None)

    def test_finds_their_place_taken(self, dana: Provider) -> None:
        pk = book().pk
        set_appointment_status(pk, S.NO_SHOW, now=TUESDAY)
        book(person=somebody(1))
        with pytest.raises(SlotTaken):
            set_appointment_status(pk, S.ARRIVED, now=TUESDAY)
        assert Appointment.objects.get(pk=pk).status == "no_show"

    def test_is_not_in_two_places(self, dana: Provider) -> None:
        first = book()
        set_appointment_status(first.pk, S.NO_SHOW, now=TUESDAY)
        Provider.objects.create(slug="erin", name="Erin")
        second = book(at("2026-11-24 11:00"))
        Appointment.objects.filter(pk=second.pk).update(
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            busy_start=first.busy_start,
            busy_end=first.busy_end,
            provider=Provider.objects.get(slug="erin"),
            room=None,
        )
        with pytest.raises(PatientBusy):
            set_appointment_status(first.pk, S.ARRIVED, now=TUESDAY)
