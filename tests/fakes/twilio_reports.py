"""The callbacks that the fake Twilio makes by itself: late, repeated, in any order, or missing."""

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

from tests.fakes.twilio_records import Text


@dataclass(frozen=True)
class Report:
    """One callback for a text: `after` seconds from when it was accepted, `times` in a row."""

    status: str
    after: float = 0.0
    error_code: int | None = None
    times: int = 1


# What happens to each text that is accepted.
Reports = Callable[[Text], Iterable[Report]]


def none(_: Text) -> Iterable[Report]:
    """All callbacks are missing."""
    return ()


def as_they_should(_: Text) -> Iterable[Report]:
    """Sent, and delivered a moment later."""
    return Report("sent"), Report("delivered", after=0.05)


class Reporter:
    """Makes each callback at its time, on a thread of its own."""

    def __init__(self, post: Callable[[Text, Report], object]) -> None:
        self._post = post
        self._due: list[tuple[float, int, Text, Report]] = []
        self._order = count()
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is not due by now is never reported."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._thread.join(timeout=20)

    def plan(self, text: Text, reports: Iterable[Report]) -> None:
        begun = time.monotonic()
        with self._changed:
            for report in reports:
                for _ in range(report.times):
                    entry = (begun + report.after, next(self._order), text, report)
                    heapq.heappush(self._due, entry)
            self._changed.notify_all()

    def _run(self) -> None:
        while (found := self._next()) is not None:
            try:
                self._post(*found)
            except OSError:
                # Nobody listens. Twilio does not try again either.
                continue

    def _next(self) -> tuple[Text, Report] | None:
        with self._changed:
            while not self._over:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    _at, _number, text, report = heapq.heappop(self._due)
                    return text, report
                self._changed.wait(wait)
            return None
