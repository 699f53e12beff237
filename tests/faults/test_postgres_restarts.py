"""PostgreSQL is restarted while patients book."""

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from scheduler.embedded.folder import prepare
from scheduler.embedded.postgresql import Postgres
from scheduler.embedded.process import wait_until
from tests.calling import Answer
from tests.faults.asking import book, free_slots
from tests.folders import open_folder
from tests.running import Product, running

CLIENTS = 6
PROBLEM = "application/problem+json"


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of this test's own, which it may stop."""
    with open_folder("faults") as folder:
        postgres = Postgres(prepare(folder), log=folder / "log" / "postgres.log", fast=True)
        postgres.start()
        yield postgres
        postgres.stop()
        shutil.rmtree(postgres.home, ignore_errors=True)


@pytest.fixture
def product(postgres: Postgres) -> Iterator[Product]:
    settings = {"BOOKING_VERIFICATION": "off", "WEB_PROCESSES": "2"}
    with running("web", database_url=postgres.url, **settings) as product:
        yield product


class Load:
    """Clients that book one time after the other. `answers` has (asked at, answer)."""

    def __init__(self, product: Product) -> None:
        self.answers: list[tuple[float, Answer]] = []
        self._product = product
        self._slots = free_slots(product, "follow-up")
        self._next = count()
        self._stop = threading.Event()

    def __call__(self, _: int) -> None:
        while not self._stop.is_set():
            slot = self._slots[next(self._next) % len(self._slots)]
            asked = time.monotonic()
            answer = book(self._product, slot, visit_type="follow-up")
            self.answers.append((asked, answer))
            if answer.status != 201:
                # Nobody asks again within the same few milliseconds.
                self._stop.wait(0.05)

    def since(self, moment: float) -> list[Answer]:
        return [answer for asked, answer in self.answers if asked >= moment]

    def booked_since(self, moment: float) -> int:
        return sum(answer.status == 201 for answer in self.since(moment))

    def stop(self) -> None:
        self._stop.set()


def test_bookings_go_on_when_it_is_back(product: Product, postgres: Postgres) -> None:
    load = Load(product)
    with ThreadPoolExecutor(CLIENTS) as pool:
        running_clients = [pool.submit(load, number) for number in range(CLIENTS)]
        try:
            assert wait_until(lambda: load.booked_since(0) >= 10, seconds=20)
            down = time.monotonic()
            postgres.stop()
            assert wait_until(lambda: len(load.since(down)) >= 10, seconds=20)
            postgres.start()
            back = time.monotonic()
            assert wait_until(lambda: load.booked_since(back) >= 20, seconds=20), product.log("web")
        finally:
            load.stop()
    for client in running_clients:
        client.result()

    after = {answer.status for answer in load.since(back)}
    assert after <= {201, 409}, after
    refused = [answer for _, answer in load.answers if answer.status not in {201, 409}]
    assert refused
    assert {answer.status for answer in refused} == {503}
    assert {answer.content_type for answer in refused} == {PROBLEM}
    assert all("retry-after" in answer.headers for answer in refused)
