"""The clinic's tables, in one place for who imports them."""

from scheduler.clinic.models.clinic import EVERY_DAY, LANGUAGES, MONDAY_TO_FRIDAY, Clinic
from scheduler.clinic.models.conditions import Condition, ConditionSection, ConditionText
from scheduler.clinic.models.hours import WEEKDAYS, OpenHoliday, TimeOff, WeeklyHours
from scheduler.clinic.models.providers import Provider, Room
from scheduler.clinic.models.visit_types import (
    LONGEST_BUFFER_MINUTES,
    Readiness,
    ReminderRule,
    VisitType,
    VisitTypeRoom,
)

__all__ = [
    "EVERY_DAY",
    "LANGUAGES",
    "LONGEST_BUFFER_MINUTES",
    "MONDAY_TO_FRIDAY",
    "WEEKDAYS",
    "Clinic",
    "Condition",
    "ConditionSection",
    "ConditionText",
    "OpenHoliday",
    "Provider",
    "Readiness",
    "ReminderRule",
    "Room",
    "TimeOff",
    "VisitType",
    "VisitTypeRoom",
    "WeeklyHours",
]
