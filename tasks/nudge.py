"""Wake a worker after a commit. Quick or not at all: beat does the same within two seconds."""

from functools import cache
from time import monotonic

import structlog
from celery import Task
from django.conf import settings
from kombu import Connection, pools
from prometheus_client import Counter

from scheduler.messaging.delivery.channels import is_on
from scheduler.messaging.models import Channel
from tasks.messages import deliver_due
from tasks.waiting_nudges import begin_waiting

BACK_OFF = 5.0
log = structlog.get_logger(__name__)
failures = Counter("scheduler_nudge_failures", "Nudges that did not reach Redis.")


class _Quiet:
    """Until when this process leaves Redis alone, after it did not answer."""

    until = 0.0


@cache
def _producers() -> pools.ProducerPool:
    connection = Connection(
        settings.REDIS_URL,
        transport_options={
            "socket_timeout": settings.REDIS_TIMEOUT,
            "socket_connect_timeout": settings.REDIS_TIMEOUT,
            "max_retries": 0,
        },
    )
    found: pools.ProducerPool = pools.producers[connection]
    return found


def nudge() -> bool:
    """Ask a worker to deliver what is due, unless one is asked already; False where Redis did not
    take it in time.

    Never raises and never waits long: a booking is committed by now, and stays booked.
    """
    if monotonic() < _Quiet.until:
        return False
    task: Task = deliver_due  # type: ignore[type-arg]
    try:
        # A frozen server is found out here, where no library retries behind our back.
        unheard = begin_waiting(filter(is_on, Channel.values))
        with _producers().acquire(block=False) as producer:
            for channel in unheard:
                task.apply_async((channel,), producer=producer, retry=False, expires=60)
    except Exception as error:
        _Quiet.until = monotonic() + BACK_OFF
        failures.inc()
        log.warning("nudge failed", error=type(error).__name__)
        return False
    return True
