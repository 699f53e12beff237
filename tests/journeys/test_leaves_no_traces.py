"""After a journey through the real product: what its database, logs and Redis must not hold."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis

from scheduler.data_checks.run import Finding
from scheduler.embedded.process import wait_until
from scheduler.links import tokens as links
from tests.calling import Answer, call
from tests.data_checks.coherent import findings_at
from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_steps import Fail
from tests.faults.asking import API, apart, book, free_slots
from tests.running import Product, peers, running

NAME, PHONE, MAIL = "Quenby Lindqvist", "+14195550170", "quenby@example.org"
HELPER = "Thaddeus Oyelaran"
PERSONAL = [
    *NAME.split(),
    *HELPER.split(),
    PHONE.removeprefix("+1"),
    "555-0170",
    MAIL,
    "1961-04-09",
]


@dataclass
class Traces:
    """What was handed out, and all that the product wrote down."""

    tokens: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    database: str = ""
    logs: str = ""
    redis: str = ""
    findings: list[Finding] = field(default_factory=list)


class Eavesdropper(threading.Thread):
    """Everything that is said to Redis: most of it lives there for milliseconds only."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._client = redis.Redis.from_url(url)
        self._monitor = self._client.monitor()  # type: ignore[no-untyped-call]
        self._monitor.__enter__()
        self.heard: list[str] = []

    def run(self) -> None:
        try:
            for command in self._monitor.listen():
                self.heard.append(str(command["command"]))
        except (redis.RedisError, OSError, ValueError):
            return  # the test is over


@pytest.fixture(scope="module")
def traces() -> Iterator[Traces]:
    """DEBUG is off, and throttling on: logs and Redis as on a server."""
    with FakeTwilio() as twilio, FakeSmtp() as smtp:
        settings = peers(twilio, smtp) | {"API_THROTTLE": "on"}
        with running("web", "worker", "beat", **settings) as product:
            ear = Eavesdropper(product.redis.url)
            ear.start()
            traces = Traces()
            _travel(product, twilio, smtp, traces)
            product.stop("worker")
            # A nudge that nobody takes stays in Redis.
            assert _book(product, 5, f"other-{MAIL}").status == 201
            traces.database = _dump(product)
            traces.findings = findings_at(product.database_url)
            traces.redis = "\n".join([*ear.heard, _redis_contents(product)])
            product.stop("web")
            traces.logs = product.logs()
            yield traces


def _travel(product: Product, twilio: FakeTwilio, smtp: FakeSmtp, traces: Traces) -> None:
    """Book, mistype, verify, look, reply, move, cancel, undo; with a failing text and bad links."""
    twilio.script(Fail(400, 21211))
    ask = {"name": NAME, "phone": "+14195550179", "note": f"{HELPER} answers"}
    assert product.post(f"{API}/contact-requests", ask).status == 202
    assert wait_until(lambda: _nothing_due(product), seconds=20)
    booked = _book(product, 0, MAIL).json
    token = booked["token"]
    traces.tokens |= {token, booked["information_url"].rpartition("/")[2]}
    here = f"{API}/appointments/{token}"
    texts = twilio.wait_for(1, seconds=30)
    traces.codes |= set(re.findall(r"\b\d{6}\b", texts[0].body))
    assert len(traces.codes) == 1
    wrong = {"code": f"{(int(min(traces.codes)) + 1) % 10**6:06d}"}
    assert product.post(f"{here}/verify", wrong).status == 422
    assert product.post(f"{here}/verify", {"code": min(traces.codes)}).status == 200
    assert product.get(here).status == product.get(f"{here}/calendar.ics").status == 200
    # Refused before a page is made: this product's static files are not collected.
    assert call("POST", booked["information_url"], form={}).status == 405
    assert product.get(f"{here[:-1]}!").status in {404, 422}
    # Nobody serves these: what Django has to say about it quotes the path.
    product.get(f"/a/{token}/nowhere")
    product.get(f"{here}/nowhere")
    inbound = twilio.receive(PHONE, "1")
    assert twilio.post_inbound(f"{product.base_url}/webhooks/twilio/inbound", inbound).status == 200
    slot = apart(free_slots(product), 4)[3]
    assert product.post(f"{here}/reschedule", {"start": slot["start"]}).status == 200
    for verb in ("cancel", "undo"):
        page = call("POST", f"{product.base_url}/a/{token}/{verb}", form={})
        assert page.status == 303
    assert product.post(f"{here}/reschedule", {"start": "tomorrow"}).status == 422
    assert wait_until(lambda: _nothing_due(product), seconds=20)
    assert smtp.mails
    assert twilio.post_status(twilio.sent[-1], "delivered").status == 204


def _book(product: Product, number: int, email: str) -> Answer:
    who: dict[str, Any] = {
        "patient": {
            "name": NAME, "date_of_birth": "1961-04-09", "phone": PHONE, "email": email,
        },
        "contact": {"name": HELPER, "relation": "nephew"},
        "consent": {"sms": True, "email": True},
    }  # fmt: skip
    slot = apart(free_slots(product), number + 1)[number]
    return book(product, slot, who, Idempotency_Key=f"a-key-of-{number}-for-a-journey")


def _nothing_due(product: Product) -> bool:
    waiting = (
        "select 1 from scheduler_message where status in ('planned', 'claimed') and due_at <= now()"
    )
    return product.sql(waiting) == []


def _dump(product: Product) -> str:
    """Every row of every table as text."""
    tables = product.sql("select tablename from pg_tables where schemaname = 'public'")
    rows = [
        f"{table}: {row}"
        for (table,) in tables
        for (row,) in product.sql(f'select t::text from "{table}" t')
    ]
    return "\n".join(rows)


def _redis_contents(product: Product) -> str:
    with redis.Redis.from_url(product.redis.url) as client:
        found = [(key, client.type(key), _value(client, key)) for key in client.scan_iter()]
    return "\n".join(map(str, found))


def _value(client: "redis.Redis", key: bytes) -> object:
    match client.type(key):
        case b"string":
            return client.get(key)
        case b"list":
            return client.lrange(key, 0, -1)
        case b"hash":
            return client.hgetall(key)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1, withscores=True)
    raise AssertionError(f"{key!r} is of a kind that this test can't read")


@pytest.mark.parametrize("place", ["database", "logs", "redis"])
class TestSecrets:
    def test_no_token_was_written_down(self, traces: Traces, place: str) -> None:
        assert len(traces.tokens) == 2
        for token in traces.tokens:
            assert token not in getattr(traces, place)

    def test_no_signature_of_the_manage_link_was_written_down(
        self, traces: Traces, place: str
    ) -> None:
        """The information link's has three characters: these can be found anywhere by chance."""
        locator = links.SHAPES["a"][0]
        [manage] = [token for token in traces.tokens if len(token) == sum(links.SHAPES["a"])]
        assert manage[locator:] not in getattr(traces, place)

    def test_no_code_was_written_down(self, traces: Traces, place: str) -> None:
        """Not counting the microseconds of a time, which hit any six digits now and then."""
        for code in traces.codes:
            assert not re.search(rf"(?<![\d.]){code}(?!\d)", getattr(traces, place))


@pytest.mark.parametrize("place", ["logs", "redis"])
@pytest.mark.parametrize("words", PERSONAL)
def test_nothing_personal_is_in(traces: Traces, place: str, words: str) -> None:
    assert words.lower() not in getattr(traces, place).lower()


def test_all_that_is_left_fits_together(traces: Traces) -> None:
    assert [str(finding) for finding in traces.findings] == []


class TestTheSearch:
    """It looks where things are: what may be there is found."""

    def test_finds_the_patient_and_the_locators_in_the_database(self, traces: Traces) -> None:
        assert NAME in traces.database
        assert all(token[:5] in traces.database for token in traces.tokens)

    def test_finds_the_journey_in_the_logs(self, traces: Traces) -> None:
        for line in (
            '"route": "api/v1/appointments/<token>/verify"',
            '"route": "a/<str:token>/cancel"',
            '"route": "i/<str:token>"',
            '"event": "message accepted"',
            '"event": "message refused"',
        ):
            assert line in traces.logs

    def test_finds_nudges_and_throttles_in_redis(self, traces: Traces) -> None:
        assert "tasks.messages.deliver_due" in traces.redis
        assert "throttle" in traces.redis
