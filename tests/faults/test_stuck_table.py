"""Somebody has locked the table of appointments for longer than anybody waits: every edge says so
in a few seconds, nothing is written, and the processes can be asked whether they live."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest

from scheduler.embedded.process import wait_until
from tests.calling import Answer, call
from tests.fakes.twilio import FakeTwilio
from tests.faults.asking import book, free_slots, person
from tests.running import Product, peers, running

PROBLEM, HTML = "application/problem+json", "text/html"
# Locks are waited for three seconds, by a probe half of one; the rest is for a busy machine.
SOON, AT_ONCE = 15.0, 5.0
CLIENTS = 16


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture(scope="module")
def product(twilio: FakeTwilio) -> Iterator[Product]:
    settings = peers(twilio) | {"BOOKING_VERIFICATION": "off", "DEBUG": "on"}
    with running("web", "worker", "beat", **settings) as product:
        yield product


@pytest.fixture(scope="module")
def session(product: Product) -> str:
    return product.sign_in(1)[0]


@contextmanager
def stuck(product: Product) -> Iterator[None]:
    with psycopg.connect(product.database_url) as connection:
        connection.execute("lock table scheduler_appointment in access exclusive mode")
        yield
        connection.rollback()


def rows(product: Product) -> list[tuple[object, ...]]:
    return product.sql(
        "select (select count(*) from scheduler_appointment), "
        "(select count(*) from scheduler_patient), (select count(*) from scheduler_message)"
    )


def refused(answer: Answer, content_type: str) -> bool:
    """In time, with a word on when to ask again."""
    return (
        (answer.status, answer.content_type) == (503, content_type)
        and int(answer.headers["retry-after"]) > 0
        and answer.seconds < SOON
    )


class TestWhileATableIsStuck:
    def test_the_api_answers_with_a_problem_and_writes_nothing(self, product: Product) -> None:
        slot, before = free_slots(product)[3], rows(product)
        with stuck(product):
            answer = book(product, slot)
        assert refused(answer, PROBLEM)
        assert answer.json["detail"] == "Nothing was done. Try again in a moment."
        assert rows(product) == before
        assert book(product, slot).status == 201

    @pytest.mark.parametrize(
        ("language", "words"), [("en", "Nothing was changed"), ("es", "No se cambió nada")]
    )
    def test_a_page_says_it_plainly_in_the_language_of_the_reader(
        self, product: Product, language: str, words: str
    ) -> None:
        token = book(product, free_slots(product)[8]).json["token"]
        with stuck(product):
            answer = product.get(f"/a/{token}", Accept_Language=language)
        assert refused(answer, HTML)
        assert words in answer.body.decode()
        assert "tel:+14197216358" in answer.body.decode()

    def test_staff_get_a_page_and_their_scripts_a_toast(
        self, product: Product, session: str
    ) -> None:
        cookie = f"sessionid={session}"
        with stuck(product):
            page = product.get("/staff/day/", Cookie=cookie)
            part = product.get("/staff/day/", Cookie=cookie, HX_Request="true")
            admin = product.get("/admin/scheduler/appointment/", Cookie=cookie)
        assert refused(page, HTML)
        assert refused(admin, HTML)
        assert part.status == 503
        assert "Nothing was changed" in json.loads(part.headers["hx-trigger"])["say"]

    def test_twilio_hears_that_a_text_could_not_be_kept(
        self, product: Product, twilio: FakeTwilio
    ) -> None:
        text = twilio.receive("+14195550178", "1")
        with stuck(product):
            answer = twilio.post_inbound(product.base_url + "/webhooks/twilio/inbound", text)
        assert (answer.status, answer.body) == (503, "")
        again = twilio.post_inbound(product.base_url + "/webhooks/twilio/inbound", text)
        assert again.status == 200

    def test_readyz_tells_and_healthz_does_not_mind(self, product: Product) -> None:
        assert wait_until(lambda: product.get("/readyz").status == 200, seconds=30)
        with stuck(product):
            ready, health = product.get("/readyz"), product.get("/healthz")
        assert (ready.status, ready.json["database"], ready.json["why"]) == (503, False, "lock")
        assert ready.seconds < AT_ONCE
        assert (health.status, health.json) == (200, {"ok": True})

    def test_healthz_answers_while_more_people_wait_than_there_are_threads(
        self, product: Product
    ) -> None:
        token = book(product, free_slots(product)[18]).json["token"]
        over = Event()
        answers: list[Answer] = []

        def look() -> None:
            while not over.is_set():
                answers.append(call("GET", f"{product.base_url}/a/{token}"))

        people = [Thread(target=look, daemon=True) for _ in range(CLIENTS)]
        with stuck(product):
            for one in people:
                one.start()
            probes = [_probe(product, over) for _ in range(40)]
        over.set()
        for one in people:
            one.join()
        print("healthz, slowest of", len(probes), max(one.seconds for one in probes))
        assert {one.status for one in probes} == {200}
        assert max(one.seconds for one in probes) < AT_ONCE
        assert {answer.status for answer in answers} <= {200, 503}
        assert wait_until(lambda: product.get(f"/a/{token}").status == 200, seconds=10)


class TestWhileAVisitIsStuck:
    def test_a_text_about_it_is_kept_and_acted_on_afterwards(
        self, product: Product, twilio: FakeTwilio
    ) -> None:
        """Twilio would not send it again."""
        assert book(product, free_slots(product)[13], person(phone="+14195550177")).status == 201
        text = twilio.receive("+14195550177", "1")
        with psycopg.connect(product.database_url) as connection:
            connection.execute("select id from scheduler_appointment for update")
            answer = twilio.post_inbound(product.base_url + "/webhooks/twilio/inbound", text)
            connection.rollback()
        assert (answer.status, "<Response>" in answer.body) == (200, True)
        assert wait_until(lambda: _confirmed(product, "+14195550177"), seconds=60)


def _probe(product: Product, over: Event) -> Answer:
    answer = product.get("/healthz")
    over.wait(0.2)
    return answer


def _confirmed(product: Product, phone: str) -> bool:
    return product.sql(
        "select a.status from scheduler_appointment a "
        "join scheduler_contact c on c.id = a.contact_id where c.phone = %s",
        phone,
    ) == [("confirmed",)]
