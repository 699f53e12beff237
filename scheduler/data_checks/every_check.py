"""All checks, by subject."""

from functools import lru_cache

from scheduler.data_checks import (
    accounts,
    appointments,
    audit_log,
    clinic,
    closures,
    consents,
    contact_requests,
    history,
    holds,
    links,
    messages,
    messages_of_visits,
    patients,
    reminders,
    replies,
    sending,
    staff_tasks,
)
from scheduler.data_checks.check import Check

_SUBJECTS = (
    appointments,
    holds,
    history,
    messages,
    messages_of_visits,
    reminders,
    sending,
    links,
    consents,
    patients,
    contact_requests,
    closures,
    replies,
    staff_tasks,
    accounts,
    clinic,
)


@lru_cache(maxsize=1)
def every_check() -> tuple[Check, ...]:
    """Each with a name of its own."""
    listed = [check for subject in _SUBJECTS for check in subject.CHECKS]
    return (*listed, clinic.unknown_words(), *audit_log.checks())
