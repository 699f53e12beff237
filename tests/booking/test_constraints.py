"""PostgreSQL itself refuses what overlaps, whatever program writes to it."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger.core
import pgtrigger.registry
import pytest
from django.db import IntegrityError, connection, transaction

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from tests.factories import (
    TUESDAY,
    at,
    book,
    make_patient,
    make_provider,
    make_room,
)

HOUR = timedelta(hours=1)
ELSEWHERE = {"room_id": None}


@pytest.fixture
def booked(dana: Provider) -> Appointment:
    """Ana with Dana in the first room, Tuesday 10 to 11."""
    return book()


@pytest.fixture
def eli(dana: Provider) -> Provider:
    return make_provider("eli")


def insert(like: Appointment, start: datetime, **columns: Any) -> int:
    """Another row in plain SQL: a copy, for a patient of its own, with these columns changed."""
    patient = make_patient("Ben Other", phone="+14195550188")
    changed = {
        "reference": f"X{like.pk % 1000:03d}{Appointment.objects.count():04d}",
        "patient_id": patient.pk,
        "contact_id": None,
        "starts_at": start,
        "ends_at": start + HOUR,
        "busy_start": start,
        "busy_end": start + HOUR,
        **columns,
    }
    names = [str(f.column) for f in Appointment._meta.concrete_fields if not f.primary_key]
    values = ", ".join("%s" if name in changed else name for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO scheduler_appointment ({', '.join(names)}) "
            f"SELECT {values} FROM scheduler_appointment WHERE id = %s RETURNING id",
            [*(changed[name] for name in names if name in changed), like.pk],
        )
        return int(cursor.fetchone()[0])


def update(pk: int, **columns: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE scheduler_appointment SET {sets} WHERE id = %s", [*columns.values(), pk]
        )


def times(start: datetime) -> dict[str, datetime]:
    return {
        "starts_at": start,
        "ends_at": start + HOUR,
        "busy_start": start,
        "busy_end": start + HOUR,
    }


class TestInsert:
    @pytest.mark.parametrize("start", ["09:15", "10:00", "10:45"])
    def test_refuses_a_second_visit_of_a_provider(self, booked: Appointment, start: str) -> None:
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            insert(booked, at(f"2026-11-24 {start}"), **ELSEWHERE)

    @pytest.mark.parametrize("start", ["09:15", "10:00", "10:45"])
    def test_refuses_a_second_visit_in_a_room(
        self, booked: Appointment, eli: Provider, start: str
    ) -> None:
        with pytest.raises(IntegrityError, match="appointment_room_overlap"):
            insert(booked, at(f"2026-11-24 {start}"), provider_id=eli.pk)

    def test_refuses_a_second_visit_of_a_patient(self, booked: Appointment, eli: Provider) -> None:
        with pytest.raises(IntegrityError, match="appointment_patient_overlap"):
            insert(
                booked,
                at("2026-11-24 10:45"),
                provider_id=eli.pk,
                patient_id=booked.patient_id,
                **ELSEWHERE,
            )

    def test_lets_visits_touch(self, booked: Appointment) -> None:
        insert(booked, TUESDAY + HOUR)
        insert(booked, TUESDAY - HOUR)

    def test_counts_the_buffers_of_a_provider(self, booked: Appointment) -> None:
        later = TUESDAY + HOUR
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            insert(booked, later, busy_start=later - timedelta(minutes=5), **ELSEWHERE)

    def test_counts_the_visit_itself_for_a_patient(self, booked: Appointment) -> None:
        update(booked.pk, busy_end=TUESDAY + 2 * HOUR)
        insert(
            booked,
            TUESDAY + HOUR,
            provider_id=make_provider("eli").pk,
            patient_id=booked.patient_id,
            **ELSEWHERE,
        )

    @pytest.mark.parametrize("status", ["held", "booked", "confirmed", "arrived", "in_room"])
    def test_a_live_visit_keeps_its_time(self, booked: Appointment, status: str) -> None:
        update(booked.pk, status=status, hold_expires_at=TUESDAY)
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            insert(booked, TUESDAY, status="booked")

    @pytest.mark.parametrize("status", ["completed", "cancelled", "no_show", "expired"])
    def test_a_visit_that_is_over_gives_its_time_back(
        self, booked: Appointment, status: str
    ) -> None:
        update(booked.pk, status=status)
        insert(booked, TUESDAY, status="booked", patient_id=booked.patient_id)


class TestUpdate:
    def test_refuses_a_move_onto_another_visit_of_the_provider(self, booked: Appointment) -> None:
        other = insert(booked, at("2026-11-24 14:00"), **ELSEWHERE)
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            update(other, **times(at("2026-11-24 10:30")))

    def test_refuses_a_move_into_a_room_that_is_taken(
        self, booked: Appointment, eli: Provider
    ) -> None:
        other = insert(booked, TUESDAY, provider_id=eli.pk, room_id=make_room("exam-2").pk)
        with pytest.raises(IntegrityError, match="appointment_room_overlap"):
            update(other, room_id=booked.room_id)

    def test_refuses_a_move_onto_another_visit_of_the_patient(
        self, booked: Appointment, eli: Provider
    ) -> None:
        other = insert(
            booked,
            at("2026-11-24 14:00"),
            provider_id=eli.pk,
            patient_id=booked.patient_id,
            **ELSEWHERE,
        )
        with pytest.raises(IntegrityError, match="appointment_patient_overlap"):
            update(other, **times(TUESDAY))

    @pytest.mark.parametrize("status", ["cancelled", "expired", "no_show", "completed"])
    def test_refuses_to_bring_a_visit_back_to_a_time_that_is_taken(
        self, booked: Appointment, status: str
    ) -> None:
        update(booked.pk, status=status)
        insert(booked, TUESDAY, status="booked")
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            update(booked.pk, status="booked")


class TestOverbooking:
    def test_may_double_a_provider_and_a_room(self, booked: Appointment) -> None:
        insert(booked, TUESDAY, overbook_reason="An urgent case")
        assert Appointment.objects.filter(starts_at=TUESDAY).count() == 2

    def test_never_doubles_a_patient(self, booked: Appointment) -> None:
        with pytest.raises(IntegrityError, match="appointment_patient_overlap"):
            insert(booked, TUESDAY, overbook_reason="An urgent case", patient_id=booked.patient_id)

    def test_needs_a_place_once_its_reason_is_gone(self, booked: Appointment) -> None:
        other = insert(booked, TUESDAY, overbook_reason="An urgent case")
        with pytest.raises(IntegrityError, match="appointment_provider_overlap"):
            update(other, overbook_reason=None)


class TestSense:
    def test_a_visit_ends_after_it_starts(self, booked: Appointment) -> None:
        with pytest.raises(IntegrityError, match="appointment_times_are_forward"):
            update(booked.pk, ends_at=TUESDAY - HOUR)

    def test_a_booked_visit_has_a_patient(self, booked: Appointment) -> None:
        with pytest.raises(IntegrityError, match="appointment_has_a_patient"):
            update(booked.pk, patient_id=None)

    def test_a_hold_ends(self, booked: Appointment) -> None:
        with pytest.raises(IntegrityError, match="appointment_hold_ends"):
            update(booked.pk, status="held")


@pytest.mark.django_db
def test_every_trigger_that_keeps_the_trail_stands_in_the_database() -> None:
    """A migration writes them; see scheduler/migrations/0002_triggers.py."""
    declared = pgtrigger.registry.registered()
    states = {
        f"{model._meta.label}:{one.name}": one.get_installation_status(model)
        for model, one in declared
    }
    assert len(states) > 90
    assert {
        name: state for name, state in states.items() if state != (pgtrigger.core.INSTALLED, True)
    } == {}
