"""Which channels have a nudge that no worker has taken up: another would find the same work done.

Whoever takes one up says so before it looks for work, and whoever nudges has committed before it
looks here: what waits is of use to both. Lost with Redis, and forgotten after the time in which
beat does the same.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tasks.celery import EVERY

_KEY = "nudge waits: {}"


@cache
def _redis() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )


def begin_waiting(channels: Iterable[str]) -> list[str]:
    """Those of the channels that none waits for yet; from now on one does. Raises RedisError at
    once where Redis does not answer in time."""
    asked = list(channels)
    with _redis().pipeline(transaction=False) as pipe:
        for channel in asked:
            pipe.set(_KEY.format(channel), 1, nx=True, ex=int(EVERY))
        return [channel for channel, first in zip(asked, pipe.execute(), strict=True) if first]


def take_up(channel: str) -> None:
    """A worker begins to look for the channel's work; it does so without Redis, too."""
    with suppress(RedisError):
        _redis().delete(_KEY.format(channel))
