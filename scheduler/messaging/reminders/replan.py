"""Bring what is planned in line with reminder rules that were changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.message_status import MessageStatus
from scheduler.core.reminder_times import AT_LEAST_ONE
from scheduler.core.status import EXPECTED
from scheduler.messaging.consent.agreed import Address, agreed_for
from scheduler.messaging.consent.preferences import REMINDERS_OFF
from scheduler.messaging.models import Message, RemindersToReplan
from scheduler.messaging.plan import (
    CONFIRMATION,
    MOVED,
    REMINDER_PREFIX,
    RESTORED,
    first_of,
    reminders_by,
)
from scheduler.messaging.reminders.policy import ReminderPolicy, read_policy
from scheduler.transactions.row_locks import RowGone, lock_row

RULES_CHANGED = "rules-changed"
"""Why a reminder was called off: the rules ask for none then any more."""

_GONE = {
    MessageStatus.CLAIMED,
    MessageStatus.ACCEPTED,
    MessageStatus.DELIVERED,
    MessageStatus.UNCERTAIN,
}
# By then every booking that read the rules of before has committed: the database ends transactions
# that take longer (`transactions.timeouts`).
SETTLED_AFTER = timedelta(minutes=1)
A_TURN = 200


def replan_reminders(*, now: datetime, limit: int = A_TURN) -> int:
    """See to as many coming visits as `limit` says, those whose rules changed first; how many."""
    seen = 0
    waiting = RemindersToReplan.objects.filter(changed_at__lte=now - SETTLED_AFTER)
    for change in waiting.order_by("changed_at", "pk"):
        coming = Appointment.objects.filter(
            visit_type=change.visit_type_id,
            status__in=EXPECTED,
            starts_at__gt=now,
            pk__gt=change.after_id,
        ).order_by("pk")
        visits = list(coming.values_list("pk", flat=True)[: limit - seen])
        for pk in visits:
            replan_visit(pk, now=now)
        seen += len(visits)
        # Where the rules were changed again meanwhile, all begins anew.
        as_read = RemindersToReplan.objects.filter(pk=change.pk, changed_at=change.changed_at)
        if seen >= limit:
            as_read.update(after_id=visits[-1] if visits else change.after_id)
            break
        as_read.delete()
    return seen


def replan_visit(appointment_id: int, *, now: datetime) -> None:
    """Plan, move and call off the visit's reminders that are still ahead, as the rules now say.

    What went out stays, and is not sent again. Nobody is left without: where the rules come too
    late for a visit that nothing has reminded of yet, what was planned stands.
    """
    with transaction.atomic():
        try:
            visit = lock_row(Appointment.objects.select_related("contact"), appointment_id)
        except RowGone:
            return
        if visit.status not in EXPECTED or visit.starts_at <= now or _came_from_elsewhere(visit):
            return
        addresses = agreed_for(visit)
        policy = read_policy(visit.visit_type_id, addresses)
        rows = [row for row in _reminders_of(visit) if row.kind == first_of(row.kind)]
        gone = any(row.status in _GONE for row in rows)
        wanted = _wanted(policy, visit, addresses, now=now)
        if gone:
            wanted = [one for one in wanted if one.kind != REMINDER_PREFIX + AT_LEAST_ONE]
        if wanted or gone or policy is None:
            _bring_in_line(visit, rows, wanted, now=now)


def _reminders_of(visit: Appointment) -> Iterable[Message]:
    return visit.messages.filter(kind__startswith=REMINDER_PREFIX, sequence=visit.sequence)


def _waits(row: Message, now: datetime) -> bool:
    """Whether it is still to go, or would be if its address allowed it."""
    ahead = row.status == MessageStatus.SUPPRESSED and row.due_at > now
    return row.status == MessageStatus.PLANNED or ahead


def _wanted(
    policy: ReminderPolicy | None, visit: Appointment, addresses: list[Address], *, now: datetime
) -> list[Message]:
    if policy is None:
        return []
    news = visit.messages.filter(
        kind__in=(CONFIRMATION, MOVED, RESTORED), sequence=visit.sequence
    ).order_by("-created_at")
    told = news.values_list("created_at", flat=True).first() or visit.created_at
    planned = reminders_by(policy, visit, addresses, now=told)
    return [one for one in planned if one.due_at > now]


def _bring_in_line(
    visit: Appointment, rows: list[Message], wanted: list[Message], *, now: datetime
) -> None:
    new = {(one.kind, one.channel): one for one in wanted}
    for row in rows:
        one = new.pop((row.kind, row.channel), None)
        called_off = row.status == MessageStatus.CANCELLED and row.reason == RULES_CHANGED
        if one is None and _waits(row, now):
            _change(row, status=MessageStatus.CANCELLED, reason=RULES_CHANGED, settled_at=now)
        elif one is not None and called_off:
            _change(row, **_times(one), to=one.to, language=one.language, **_state(visit, now))
        elif one is not None and _waits(row, now) and _times(row) != _times(one):
            _change(row, **_times(one), next_attempt_at=one.due_at)
    for one in new.values():
        for field, value in _state(visit, now).items():
            setattr(one, field, value)
        one.created_at = now
    Message.objects.bulk_create(new.values(), ignore_conflicts=True)


def _state(visit: Appointment, now: datetime) -> dict[str, object]:
    """Of one that is owed, or would be if the patient had not turned this visit's off."""
    if visit.reminders_on:
        return {"status": MessageStatus.PLANNED, "reason": "", "settled_at": None}
    return {"status": MessageStatus.SUPPRESSED, "reason": REMINDERS_OFF, "settled_at": now}


def _times(one: Message) -> dict[str, datetime]:
    return {"due_at": one.due_at, "expires_at": one.expires_at}


def _change(row: Message, **fields: object) -> None:
    """Unless a worker has just claimed it: what is about to leave leaves."""
    if "due_at" in fields:
        fields.setdefault("next_attempt_at", fields["due_at"])
    Message.objects.filter(pk=row.pk, status=row.status).update(**fields)


def _came_from_elsewhere(visit: Appointment) -> bool:
    """Another system brought it in and reminds of it, unless it was moved here."""
    return visit.created_by == Appointment.Actor.SYSTEM and not visit.sequence
