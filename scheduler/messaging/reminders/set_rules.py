"""Set by which rules visits are reminded of, and have what is planned follow."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from scheduler.clinic.current import current_clinic, this_clinic
from scheduler.clinic.models import ReminderRule, VisitType
from scheduler.core.refusal import Audience, Refusal
from scheduler.messaging.models import RemindersToReplan
from scheduler.transactions.row_locks import lock_row

_SAID = ("days_before", "at", "hours_before", "not_before", "by_text", "by_mail", "active")


class RulesChanged(Refusal):
    """They are not any more what whoever changes them saw."""

    code = "rules-changed"
    met_by = Audience.STAFF


def fingerprint(visit_type: VisitType | None) -> str:
    """What the rules of a visit type, or of all, say now, in short."""
    own = visit_type is not None and visit_type.own_reminders
    rows = ReminderRule.objects.filter(visit_type=visit_type).order_by("name")
    said = [own, *rows.values_list("name", *_SAID)]
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


def set_reminder_rules(
    visit_type: VisitType | None,
    rules: Sequence[ReminderRule] | None,
    *,
    seen: str,
    now: datetime,
) -> bool:
    """Remind of this type's visits by these unsaved `rules` (None: by those of all visit types);
    without a visit type they are those of all. False where that is how it was.

    `seen` is the fingerprint of what whoever changes them saw. Reminders of coming visits follow
    within minutes. Raises RulesChanged.
    """
    with transaction.atomic():
        lock_row(this_clinic(), current_clinic().pk)
        if visit_type is not None:
            visit_type = VisitType.objects.get(pk=visit_type.pk)
        if fingerprint(visit_type) != seen:
            raise RulesChanged
        if visit_type is not None and visit_type.own_reminders != (rules is not None):
            visit_type.own_reminders = rules is not None
            visit_type.save(update_fields=["own_reminders"])
        _put(visit_type, rules or [])
        changed = fingerprint(visit_type) != seen
        if changed:
            _have_follow(visit_type, now=now)
        return changed


def _put(visit_type: VisitType | None, rules: Sequence[ReminderRule]) -> None:
    there = {row.name: row for row in ReminderRule.objects.filter(visit_type=visit_type)}
    for rule in rules:
        row = there.pop(rule.name, None) or ReminderRule(visit_type=visit_type, name=rule.name)
        new = {field: getattr(rule, field) for field in _SAID}
        if row.pk is None or any(getattr(row, field) != new[field] for field in _SAID):
            for field, value in new.items():
                setattr(row, field, value)
            row.save()
    ReminderRule.objects.filter(pk__in=[row.pk for row in there.values()]).delete()


def _have_follow(visit_type: VisitType | None, *, now: datetime) -> None:
    types = [visit_type] if visit_type else VisitType.objects.filter(own_reminders=False)
    RemindersToReplan.objects.bulk_create(
        [RemindersToReplan(visit_type=one, changed_at=now) for one in types],
        update_conflicts=True,
        update_fields=["changed_at", "after_id"],
        unique_fields=["visit_type"],
    )
