"""How long the window is in which a process that stands still may send a text a second time.

python -m tests.benchmarks.sending_window [TEXTS]

It begins with the last look at the clock and ends when the kernel has the request; who stands still
in it, for longer than the carrier's list is waited for, has its text sent twice.
"""

import sys
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

from scheduler.transports import twilio_post
from tests.fakes.twilio import FakeTwilio

FORM = {"To": "+14195550100", "From": "+14195550199", "Body": "PMG Findlay: " + "x" * 140}


class _Timed(HTTPConnection):
    given_away = 0.0

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        self.given_away = perf_counter()


def measure(count: int) -> tuple[list[float], list[float]]:
    """Of each text, in seconds: until the kernel had it, and until the other side had taken it."""
    windows, taken = [], []
    with FakeTwilio() as twilio:
        host, port = twilio.base_url.removeprefix("http://").split(":")
        looked = accepted = 0.0

        def look() -> None:
            nonlocal looked
            looked = perf_counter()

        def accept(_: object) -> None:
            nonlocal accepted
            accepted = perf_counter()

        twilio.heard = accept
        for _ in range(count):
            connection = _Timed(host, int(port), timeout=5)
            twilio_post._connection = lambda *_, made=connection: made
            twilio_post.post(
                twilio.base_url,
                f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json",
                FORM,
                credentials=(twilio.account_sid, twilio.auth_token),
                timeout=5,
                may_leave=look,
            )
            windows.append(connection.given_away - looked)
            taken.append(accepted - looked)
    return sorted(windows), sorted(taken)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, found in zip(("given away", "taken"), measure(count), strict=True):
        middle, late = found[count // 2], found[min(count - 1, count * 99 // 100)]
        print(
            f"{name}: median {middle * 1000:.2f} ms, p99 {late * 1000:.2f} ms, "
            f"longest {found[-1] * 1000:.2f} ms of {count}"
        )


if __name__ == "__main__":
    main()
