"""The reminders of a visit type: its own, or those of all visit types."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from scheduler.clinic.models import ReminderRule, VisitType
from scheduler.core import reminder_times

TEXT, MAIL = "sms", "email"


def rules_for(visit_type: VisitType | None) -> QuerySet[ReminderRule]:
    """The rows that count for a visit type, those that are off included, the earliest first; None
    stands for all visit types that have none of their own."""
    own = visit_type if visit_type is not None and visit_type.own_reminders else None
    return ReminderRule.objects.filter(visit_type=own).order_by(
        F("days_before").desc(nulls_last=True), "-hours_before"
    )


def in_force(visit_type: VisitType) -> list[reminder_times.ReminderRule]:
    """By which its visits are reminded: what is off is left out."""
    return [as_planned(row) for row in rules_for(visit_type) if row.active]


def as_planned(row: ReminderRule) -> reminder_times.ReminderRule:
    return reminder_times.ReminderRule(
        row.name,
        row.days_before,
        row.at,
        row.hours_before,
        row.not_before,
        ways(by_text=row.by_text, by_mail=row.by_mail),
    )


def ways(*, by_text: bool, by_mail: bool) -> frozenset[str]:
    return frozenset([TEXT] * by_text + [MAIL] * by_mail)


def rows_of(
    rules: Iterable[reminder_times.ReminderRule], visit_type: VisitType | None = None
) -> list[ReminderRule]:
    """The rules as unsaved rows, of one visit type or of all."""
    return [
        ReminderRule(
            visit_type=visit_type,
            name=rule.name,
            days_before=rule.days_before,
            at=rule.at,
            hours_before=rule.hours_before,
            not_before=rule.not_before,
            by_text=TEXT in rule.by,
            by_mail=MAIL in rule.by,
        )
        for rule in rules
    ]
