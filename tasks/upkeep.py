"""What must be looked after whether or not anybody calls."""

from django.utils import timezone

from scheduler.booking.purge_expired import purge_expired as purge_expired_at
from scheduler.closures.follow_offers import follow_offers
from scheduler.messaging.delivery.release_lapsed import release_lapsed
from scheduler.messaging.reminders.replan import replan_reminders
from scheduler.replies.receive import act_on_waiting
from tasks.celery import app


@app.task(name="tasks.upkeep.look_after_messages")
def look_after_messages() -> None:
    """Free what dead workers claimed, act on texts that were stored but not acted on, put on the
    call list who was offered a new time in vain, and bring reminders in line with changed rules."""
    now = timezone.now()
    release_lapsed(now=now)
    act_on_waiting(now=now)
    follow_offers(now=now)
    replan_reminders(now=now)


@app.task(name="tasks.upkeep.purge_expired")
def purge_expired() -> None:
    """Let go of what has served its time: lapsed holds, counted codes, remembered answers."""
    purge_expired_at(now=timezone.now())


@app.task(name="tasks.upkeep.clear_out")
def clear_out() -> None:
    """Its name until it was renamed: what was queued under it before an upgrade is run."""
    purge_expired()
