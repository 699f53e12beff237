"""Whether a visit may still be changed: one rule for what is offered and for what is done."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.booking.may_change import (
    UNDO_FOR,
    Changes,
    open_changes,
    why_not_cancel,
    why_not_confirm,
    why_not_move,
    why_not_undo_cancel,
)
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import TooLateToMove, TooLateToUndo
from scheduler.clinic.models import VisitType
from scheduler.core.status import AppointmentStatus, IllegalTransition, VisitOver

START = datetime(2026, 11, 24, 15, tzinfo=UTC)
CUTOFF, SECOND, HOUR = timedelta(hours=2), timedelta(seconds=1), timedelta(hours=1)
PATIENT, STAFF = Appointment.Actor.PATIENT, Appointment.Actor.STAFF


def visit(status: str = "booked", **fields: object) -> Appointment:
    of_type = VisitType(move_cutoff_minutes=120)
    return Appointment(status=status, starts_at=START, visit_type=of_type, **fields)


def changes(one: Appointment, *, by: str, now: datetime) -> str:
    found = open_changes(one, by=by, now=now)
    undo = why_not_undo_cancel(one, by=by, now=now) is None
    offered = [name for name in Changes._fields if getattr(found, name)]
    return " ".join([*offered, *(["undo"] if undo else [])])


@pytest.mark.parametrize(
    ("status", "by", "now", "expected"),
    [
        ("booked", PATIENT, START - CUTOFF, "confirm move cancel"),
        ("booked", PATIENT, START - CUTOFF + SECOND, "confirm cancel"),
        ("booked", PATIENT, START, ""),
        ("booked", STAFF, START - SECOND, "confirm move cancel"),
        ("booked", STAFF, START + HOUR, "move cancel"),
        ("confirmed", PATIENT, START - CUTOFF, "move cancel"),
        ("confirmed", PATIENT, START, ""),
        ("confirmed", STAFF, START, "move cancel"),
        *((status, STAFF, START - CUTOFF, "") for status in ("held", "expired", "completed")),
        *((status, STAFF, START - CUTOFF, "") for status in ("arrived", "in_room", "no_show")),
    ],
)
def test_what_may_become_of_it(status: str, by: str, now: datetime, expected: str) -> None:
    assert changes(visit(status), by=by, now=now) == expected


class TestACancellation:
    def test_is_the_patients_to_take_back_for_ten_minutes(self) -> None:
        off = visit("cancelled", cancelled_at=START - HOUR)
        limit = START - HOUR + UNDO_FOR
        assert changes(off, by=PATIENT, now=limit) == "undo"
        assert changes(off, by=PATIENT, now=limit + SECOND) == ""

    def test_is_the_staffs_to_take_back_until_the_start(self) -> None:
        off = visit("cancelled", cancelled_at=START - 9 * HOUR)
        assert changes(off, by=STAFF, now=START - SECOND) == "undo"
        assert changes(off, by=STAFF, now=START) == ""


def test_each_refusal_says_why() -> None:
    off, begun = visit("cancelled", cancelled_at=START - HOUR), START
    illegal = [
        why_not_confirm(off, now=START - HOUR),
        why_not_move(off, CUTOFF, by=STAFF, now=START - HOUR),
        why_not_cancel(off, by=STAFF, now=START - HOUR),
        why_not_undo_cancel(visit(), by=STAFF, now=START - HOUR),
    ]
    assert [type(one) for one in illegal] == [IllegalTransition] * 4
    assert {one.reason for one in illegal if one} == {AppointmentStatus.CANCELLED, "booked"}
    assert isinstance(why_not_confirm(visit(), now=begun), VisitOver)
    assert isinstance(why_not_cancel(visit(), by=PATIENT, now=begun), VisitOver)
    assert isinstance(why_not_undo_cancel(off, by=STAFF, now=begun), TooLateToUndo)


def test_a_visit_that_has_begun_is_not_moved_whatever_the_limit() -> None:
    refusal = why_not_move(visit(), timedelta(0), by=PATIENT, now=START)
    assert isinstance(refusal, TooLateToMove)
    assert why_not_move(visit(), timedelta(0), by=PATIENT, now=START - SECOND) is None
