"""What is told after a booking, and only about a visit that is coming."""

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.readiness.add_intake import Intake, add_intake
from scheduler.clinic.models import Provider
from scheduler.core.status import VisitOver
from tests.factories import NOW, PATIENT, TUESDAY, book

TOLD = Intake(referred_by="Dr. Okafor", insurance_plan="Buckeye", injury="car")


class TestAddIntake:
    def test_is_kept_with_the_visit(self, dana: Provider) -> None:
        booked = add_intake(book().pk, TOLD, now=NOW)
        booked.refresh_from_db()
        assert (booked.referred_by, booked.insurance_plan) == ("Dr. Okafor", "Buckeye")
        assert (booked.injury, booked.version) == ("car", 2)

    def test_can_be_taken_back(self, dana: Provider) -> None:
        booked = add_intake(book().pk, TOLD, now=NOW)
        assert add_intake(booked.pk, Intake(), now=NOW).referred_by == ""

    def test_is_refused_once_the_visit_begins(self, dana: Provider) -> None:
        booked = book()
        with pytest.raises(VisitOver):
            add_intake(booked.pk, TOLD, now=TUESDAY)

    def test_is_refused_for_a_cancelled_visit(self, dana: Provider) -> None:
        booked = book()
        cancel(booked.pk, by=PATIENT, reason="", now=NOW)
        with pytest.raises(VisitOver):
            add_intake(booked.pk, TOLD, now=NOW)
