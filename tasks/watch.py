"""Watch over sending from beat, which is at work also when no worker is."""

from threading import Thread
from time import sleep

import structlog
from celery.signals import beat_init
from django.db import close_old_connections
from django.utils import timezone

from scheduler.clinic.current import clinic_if_loaded
from scheduler.messaging.watch.find_troubles import find_troubles
from scheduler.messaging.watch.mail_alarms import mail_alarms
from scheduler.messaging.watch.raise_alarms import raise_alarms
from tasks.transports import transports

EVERY = 30.0
log = structlog.get_logger(__name__)


def watch() -> None:
    """Look once: raise and end alarms, and mail those that are new."""
    clinic = clinic_if_loaded()
    if clinic is None:
        return
    raise_alarms(find_troubles(now=timezone.now()), now=timezone.now())
    mail_alarms(transports(), clinic, now=timezone.now())


@beat_init.connect
def _start(**_: object) -> None:
    Thread(target=_watch_on, name="watch", daemon=True).start()


def _watch_on() -> None:
    """Whatever goes wrong, the next look comes: a database that is away is away for a while."""
    while True:
        sleep(EVERY)
        try:
            close_old_connections()
            watch()
        except Exception as error:
            log.warning("not watched", error=type(error).__name__)
