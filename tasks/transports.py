"""The ways out of a process, made once."""

from functools import cache
from importlib import import_module

from celery.signals import worker_init
from django.conf import settings
from django.utils import timezone

from scheduler.messaging.delivery import channels


@cache
def transports() -> channels.Transports:
    """One set a process: clients are dear to make."""
    return channels.from_settings(clock=timezone.now)


@worker_init.connect
def _import_once(**_: object) -> None:
    """Before a worker's processes part: each would import it at its first look at Twilio's list,
    and hold its eight megabytes for itself."""
    if settings.SMS_TRANSPORT == "twilio":
        import_module("twilio.rest.api.v2010")
