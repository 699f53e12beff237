"""The product's worker, except that its processes are killed or stopped at named points.

STUMBLE names them: "begun:kill composed:stop", each once a channel, or "begun:kill/15" at every
fifteenth pass of any process. STUMBLE_LOG is a file: a line of JSON for each, with what was in
hand. MAIL_LEAVES_WITHIN is a number of seconds in place of the product's, which is a minute.
"""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from celery.signals import worker_process_init
from django.db import transaction

from tasks.celery import app

__all__ = ["app"]

# From the claim to the end of one message, in order. What ends in -ing dies with its statement done
# and not committed.
POINTS = (
    "claiming",
    "claimed",
    "composed",
    "beginning",
    "begun",
    "handed-over",
    "recording",
    "recorded",
)
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


@dataclass(frozen=True)
class _Stumble:
    point: str
    signal: int
    every: int


class _Process:
    """What this process has claimed and not ended, by which channel, and how often it passed each
    point of each."""

    channel = ""
    in_hand: list[int] = []
    passed: Counter[tuple[str, str]] = Counter()


def _stumbles() -> dict[str, _Stumble]:
    found = {}
    for word in os.environ.get("STUMBLE", "").split():
        point, _, how = word.partition(":")
        name, _, every = how.partition("/")
        assert point in POINTS
        found[point] = _Stumble(point, SIGNALS[name], int(every or 0))
    return found


def _pass(point: str) -> None:
    stumble = _stumbles().get(point)
    if stumble is None:
        return
    channel = _Process.channel
    _Process.passed[channel, point] += 1
    log = Path(os.environ["STUMBLE_LOG"])
    if stumble.every:
        if _Process.passed[channel, point] < stumble.every:
            return
    else:
        try:
            log.with_suffix(f".{channel}.{point}").touch(exist_ok=False)
        except FileExistsError:
            return
    line = {
        "at": time.time(),
        "channel": channel,
        "point": point,
        "pid": os.getpid(),
        "in_hand": _Process.in_hand,
    }
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")
    os.kill(os.getpid(), stumble.signal)


def _after(point: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def stumbling(*args: Any, **named: Any) -> Any:
        done = act(*args, **named)
        _pass(point)
        return done

    return stumbling


def _inside(point: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Done, and not committed yet."""

    def stumbling(*args: Any, **named: Any) -> Any:
        with transaction.atomic():
            done = act(*args, **named)
            _pass(point)
        return done

    return stumbling


@worker_process_init.connect
def _stumble(**_: object) -> None:
    # Here, where Django is set up.
    from scheduler.messaging.compose import compose
    from scheduler.messaging.delivery import claim, deliver
    from scheduler.messaging.delivery.begin import LEAVES_WITHIN, begin
    from scheduler.messaging.models import Channel
    from scheduler.transactions.statements import change_planned, fetch_rows
    from tasks import messages
    from tasks.transports import transports

    def claimed(channel: str, **named: Any) -> Any:
        _Process.channel = channel
        claims = claim.claim_due(channel, **named)
        _Process.in_hand = [one.message_id for one in claims]
        return claims

    def delivered(one: claim.Claim, *args: Any, **named: Any) -> Any:
        _pass("claimed")
        outcome = deliver.deliver(one, *args, **named)
        _Process.in_hand = [pk for pk in _Process.in_hand if pk != one.message_id]
        _pass("recorded")
        return outcome

    def given_back(claims: list[claim.Claim]) -> None:
        claim.give_back(claims)
        _Process.in_hand = []

    for module, name, instead in (
        (messages, "claim_due", claimed),
        (messages, "give_back", given_back),
        (messages, "deliver", delivered),
        (claim, "fetch_rows", _inside("claiming", fetch_rows)),
        (deliver, "compose", _after("composed", compose)),
        (deliver, "begin", _after("begun", _inside("beginning", begin))),
        (deliver, "change_planned", _inside("recording", change_planned)),
    ):
        patch.object(module, name, instead).start()
    if seconds := os.environ.get("MAIL_LEAVES_WITHIN"):
        patch.dict(LEAVES_WITHIN, {Channel.EMAIL: timedelta(seconds=float(seconds))}).start()
    for transport in transports().values():
        handing_over = _after("handed-over", transport.send)
        patch.object(transport, "send", handing_over).start()
