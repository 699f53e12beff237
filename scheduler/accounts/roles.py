"""What somebody on the staff may do, and the roles made of it."""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """What somebody on the staff may do; each is a permission that roles are made of."""

    SEE_CALENDAR = "see_calendar"
    SEE_OWN_DAY = "see_own_day"
    BOOK = "book_visits"
    SEE_PATIENTS = "see_patients"
    WORK_QUEUE = "work_queue"
    SEE_MESSAGES = "see_messages"
    EDIT_MESSAGES = "edit_messages"
    CLOSE_HOURS = "close_hours"
    SET_UP = "set_up"
    SEE_NUMBERS = "see_numbers"
    SEE_AUDIT_LOG = "see_audit_log"
    MERGE_PATIENTS = "merge_patients"


DESK, CLINICIAN, MANAGER = "Front desk", "Clinician", "Manager"
ROLES: Mapping[str, frozenset[Right]] = {
    DESK: frozenset(
        {
            Right.SEE_CALENDAR,
            Right.BOOK,
            Right.SEE_PATIENTS,
            Right.WORK_QUEUE,
            Right.SEE_MESSAGES,
        }
    ),
    CLINICIAN: frozenset({Right.SEE_OWN_DAY}),
    MANAGER: frozenset(Right) - {Right.SEE_OWN_DAY},
}
