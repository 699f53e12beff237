"""A nudge asks a worker once: what waits to be taken up is of use to whoever nudges next."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from redis import Redis

from tasks.celery import EVERY, app
from tasks.messages import deliver_due
from tasks.nudge import nudge

QUEUE = app.conf.task_default_queue
BOTH = {"sms": 1, "email": 1}


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushdb()
        yield redis
        redis.flushdb()


def asked(redis: Redis) -> Counter[str]:
    """How many tasks wait for a worker, by channel."""
    found: list[bytes] = redis.lrange(QUEUE, 0, -1)  # type: ignore[assignment]
    bodies = [json.loads(b64decode(json.loads(one)["body"])) for one in found]
    return Counter(channel for ((channel,), *_) in bodies)


def test_asks_for_each_channel(redis: Redis) -> None:
    assert nudge()
    assert asked(redis) == BOTH


def test_asks_no_second_time_while_the_first_waits(redis: Redis) -> None:
    assert all(nudge() for _ in range(3))
    assert asked(redis) == BOTH


@pytest.mark.django_db
def test_asks_again_once_a_worker_looks(redis: Redis) -> None:
    """From then on it may be too late for what is committed only now."""
    nudge()
    deliver_due("sms")
    nudge()
    assert asked(redis) == BOTH | {"sms": 2}


def test_is_forgotten_when_beat_has_done_the_same(redis: Redis) -> None:
    nudge()
    keys = [key for key in redis.scan_iter() if redis.type(key) == b"string"]
    assert len(keys) == 2
    assert all(0 < redis.pttl(key) <= EVERY * 1000 for key in keys)
