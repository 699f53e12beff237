"""The checks find nothing wrong with what the product writes."""

from datetime import timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.holds.verify import verify
from scheduler.booking.reschedule import reschedule
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import Provider
from scheduler.data_checks.every_check import every_check
from tests.data_checks.coherent import findings
from tests.factories import NOW, PATIENT, TUESDAY, book, code_of, hold, somebody

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class TestTheChecks:
    def test_have_a_name_each(self) -> None:
        names = [check.name for check in every_check()]
        assert len(names) == len(set(names))

    def test_find_nothing_in_a_clinic_that_has_just_begun(self, dana: Provider) -> None:
        assert findings(now=NOW) == []

    def test_find_nothing_in_a_hold_nor_in_what_becomes_of_it(self, dana: Provider) -> None:
        held = hold()
        assert findings(now=NOW) == []
        verify(held.pk, code_of(held), now=NOW + timedelta(minutes=1))
        assert findings(now=NOW + timedelta(minutes=2)) == []

    def test_find_nothing_in_a_visit_that_moves_is_canceled_and_comes_back(
        self, dana: Provider
    ) -> None:
        visit = book()
        book(TUESDAY + 3 * HOUR, person=somebody(1))
        reschedule(visit.pk, TUESDAY + HOUR, by=PATIENT, now=NOW + HOUR)
        assert findings(now=NOW + 2 * HOUR) == []
        cancel(visit.pk, by=PATIENT, now=NOW + 2 * HOUR)
        assert findings(now=NOW + 2 * HOUR) == []
        undo_cancel(visit.pk, by=PATIENT, now=NOW + 2 * HOUR)
        assert findings(now=NOW + 3 * HOUR) == []
