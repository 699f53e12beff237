"""What must be looked after whether or not anybody calls."""

from django.utils import timezone

from scheduler.booking.purge_expired import clear_out as clear_out_at
from scheduler.closures.follow_offers import follow_offers
from scheduler.messaging.delivery.release_lapsed import release_lapsed
from scheduler.replies.receive import act_on_waiting
from tasks.celery import app


@app.task(name="tasks.upkeep.look_after_messages")
def look_after_messages() -> None:
    """Free what dead workers claimed, act on texts that were stored but not acted on, and put on
    the call list who was offered a new time in vain."""
    now = timezone.now()
    release_lapsed(now=now)
    act_on_waiting(now=now)
    follow_offers(now=now)


@app.task(name="tasks.upkeep.clear_out")
def clear_out() -> None:
    """Let go of what has served its time: lapsed holds, counted codes, remembered answers."""
    clear_out_at(now=timezone.now())
