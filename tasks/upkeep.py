"""What must be looked after whether or not anybody calls."""

from django.utils import timezone

from scheduler.actions.clear_out import clear_out as clear_out_at
from scheduler.actions.deliver_message import release_lapsed
from scheduler.actions.follow_offers import follow_offers
from scheduler.actions.receive_reply import act_on_waiting
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
