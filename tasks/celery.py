"""The Celery app. Redis only wakes workers: what is owed is in PostgreSQL, so losing Redis delays
work and loses none. Beat every two seconds is the guarantee, the nudge after a commit the speed."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings

from scheduler.transactions import timeouts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")

EVERY = 2.0

app = Celery("tasks")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_default_queue="scheduler",
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    # A connection that hangs must not keep a worker longer than a lease.
    task_time_limit=300,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    imports=["tasks.messages", "tasks.upkeep", "tasks.watch"],
    beat_schedule={
        # Ticks that nobody took within their period are dropped: the next one does the same.
        **{
            f"deliver-{channel}": {
                "task": "tasks.messages.deliver_due",
                "args": [channel],
                "schedule": EVERY,
                "options": {"expires": EVERY},
            }
            for channel in ("sms", "email")
        },
        "look-after-messages": {
            "task": "tasks.upkeep.look_after_messages",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "settle-uncertain": {
            "task": "tasks.upkeep.settle_uncertain",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "fetch-missed-texts": {
            "task": "tasks.upkeep.fetch_missed_texts",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        "purge-expired": {
            "task": "tasks.upkeep.purge_expired",
            "schedule": 600.0,
            "options": {"expires": 600.0},
        },
    },
)


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would replace the handlers; the settings have set them up already."""


@worker_init.connect
def _wait_longer(**_: object) -> None:
    """Before the processes that do the work are made: nobody stands waiting for what they do."""
    timeouts.use(timeouts.WORKER)
