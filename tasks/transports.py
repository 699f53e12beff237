"""The ways out of a process, made once."""

from functools import cache

from django.utils import timezone

from scheduler.messaging.delivery import channels


@cache
def transports() -> channels.Transports:
    """One set a process: clients are dear to make."""
    return channels.from_settings(clock=timezone.now)
