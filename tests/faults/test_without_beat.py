"""Beat is off: whatever a patient does is answered by a message all the same."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scheduler.embedded.process import wait_until
from tests.calling import Answer, call
from tests.fakes.twilio import FakeTwilio
from tests.faults.asking import API, apart, book, free_slots, person
from tests.running import Product, peers, running

# Nothing else would ever deliver it, so a slow machine may take its time.
SOON = 15.0
PHONE = "+14195550160"


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture(scope="module")
def product(twilio: FakeTwilio) -> Iterator[Product]:
    with running("web", "worker", **peers(twilio)) as product:
        yield product


class Patient:
    """Somebody at the API, at the pages and on the phone, who waits for a text each time."""

    def __init__(self, product: Product, twilio: FakeTwilio) -> None:
        self.product = product
        self.twilio = twilio
        self.token = ""

    def told_after(self, act: Callable[[], Answer], status: int) -> str:
        """The one text that came soon after it was done."""
        before = len(self.twilio.sent)
        answer = act()
        assert answer.status == status, answer.body
        assert wait_until(lambda: len(self.twilio.sent) > before, seconds=SOON), act
        assert len(self.twilio.sent) == before + 1
        return self.twilio.sent[-1].body

    def asks_for(self, slot: dict[str, Any], phone: str) -> Callable[[], Answer]:
        def ask() -> Answer:
            answer = book(self.product, slot, person(phone=phone))
            self.token = answer.json["token"]
            return answer

        return ask

    def api(self, verb: str, body: dict[str, Any]) -> Callable[[], Answer]:
        return lambda: self.product.post(f"{API}/appointments/{self.token}/{verb}", body)

    def page(self, verb: str, form: dict[str, str]) -> Callable[[], Answer]:
        url = f"{self.product.base_url}/a/{self.token}/{verb}"
        return lambda: call("POST", url, form=form)

    def text(self, words: str) -> Callable[[], Answer]:
        def send() -> Answer:
            inbound = self.twilio.receive(PHONE, words)
            url = f"{self.product.base_url}/webhooks/twilio/inbound"
            return Answer(self.twilio.post_inbound(url, inbound).status)

        return send


def test_every_edge_has_its_message_delivered_at_once(product: Product, twilio: FakeTwilio) -> None:
    slots = apart(free_slots(product), 2)
    patient = Patient(product, twilio)
    first = patient.told_after(patient.asks_for(slots[0], PHONE), 201)
    _as_if_half_a_minute_had_passed(product)
    second = patient.told_after(patient.api("resend", {"channel": "sms"}), 200)
    assert _code(second) != _code(first)
    told = patient.told_after(patient.api("verify", {"code": _code(second)}), 200)
    assert f"{product.base_url}/i/" in told

    move = {"start": slots[1]["start"], "provider": slots[1]["provider"]}
    patient.told_after(patient.api("reschedule", move), 200)
    patient.told_after(patient.text("1"), 200)
    assert _status(product) == "confirmed"
    patient.told_after(patient.page("change", _another_time(product)), 303)
    patient.told_after(patient.page("cancel", {}), 303)
    patient.told_after(patient.page("undo", {}), 303)
    assert _status(product) == "booked"
    patient.told_after(patient.api("cancel", {}), 200)
    assert _status(product) == "cancelled"
    call_me = {"name": "Quenby Lindqvist", "phone": PHONE}
    patient.told_after(lambda: product.post(f"{API}/contact-requests", call_me), 202)


def test_confirming_owes_no_message(product: Product, twilio: FakeTwilio) -> None:
    """Why the test above has no step for it: the page, or the API's answer, says it all."""
    slots = free_slots(product)
    patient = Patient(product, twilio)
    code = patient.told_after(patient.asks_for(slots[30], "+14195550161"), 201)
    patient.told_after(patient.api("verify", {"code": _code(code)}), 200)

    assert patient.api("confirm", {})().status == 200

    assert (
        product.sql(
            "select 1 from scheduler_message where status in ('planned', 'claimed') "
            "and kind not like 'reminder-%%' and due_at <= now()"
        )
        == []
    )


def _code(text: str) -> str:
    [code] = set(re.findall(r"\b\d{6}\b", text))
    return str(code)


def _as_if_half_a_minute_had_passed(product: Product) -> None:
    """A new code can be asked for 30 seconds after the one before."""
    product.sql("update scheduler_appointment set code_sent_at = code_sent_at - interval '31 s'")


def _status(product: Product) -> str:
    [row] = product.sql(
        "select a.status from scheduler_appointment a join scheduler_contact c "
        "on c.id = a.contact_id where c.phone = %s",
        PHONE,
    )
    return str(row[0])


def _another_time(product: Product) -> dict[str, str]:
    """A free time with the provider who has the visit: the page offers no others."""
    [(provider, version)] = product.sql(
        "select p.slug, a.version from scheduler_appointment a "
        "join scheduler_contact c on c.id = a.contact_id "
        "join scheduler_provider p on p.id = a.provider_id where c.phone = %s",
        PHONE,
    )
    slots = [slot for slot in free_slots(product) if slot["provider"] == provider]
    return {"start": slots[-1]["start"], "version": str(version)}
