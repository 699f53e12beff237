"""Raise an alarm for what is wrong, once, and end it when it is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from scheduler.messaging.models import Alarm
from scheduler.messaging.watch.find_troubles import Trouble
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

# What comes and goes is one alarm, and one mail.
QUIET_FOR = timedelta(minutes=10)


def raise_alarms(troubles: Iterable[Trouble], *, now: datetime) -> list[Alarm]:
    """Take what is wrong now; the alarms that are new by it.

    A new one is an urgent staff task. Whoever marks the task handled hears no more of it until the
    alarm is over: that is when nothing was wrong for ten minutes, and the task is done by then.
    """
    found = dict(troubles)
    Alarm.objects.filter(name__in=found, over_at=None).update(seen_at=now)
    for alarm in Alarm.objects.filter(over_at=None, seen_at__lte=now - QUIET_FOR):
        _end(alarm, now=now)
    on = set(Alarm.objects.filter(over_at=None).values_list("name", flat=True))
    new = (_begin(name, detail, now=now) for name, detail in found.items() if name not in on)
    return [alarm for alarm in new if alarm is not None]


def _begin(name: str, detail: str, *, now: datetime) -> Alarm | None:
    """None where another process was quicker."""
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(name=name, detail=detail, since=now, seen_at=now)
            alarm.task = ask_staff(
                StaffTask.Kind.ALARM,
                urgent=True,
                note=f"{alarm.get_name_display()}. {detail}",
                now=now,
            )
            alarm.save(update_fields=["task"])
            return alarm
    except IntegrityError:
        return None


def _end(alarm: Alarm, *, now: datetime) -> None:
    with transaction.atomic():
        if Alarm.objects.filter(pk=alarm.pk, over_at=None).update(over_at=now):
            StaffTask.objects.filter(pk=alarm.task_id or 0, done_at=None).update(done_at=now)
