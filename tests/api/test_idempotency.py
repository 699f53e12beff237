"""The same Idempotency-Key books once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from scheduler.rate_limits.models import CodeSent
from scheduler.transactions.models import IdempotencyKey
from tests.api.asking import Answer, post
from tests.factories import NOW, TUESDAY, body, book, code_of, patient_body, somebody, token_of

KEY = "a-key-of-a-program-0001"


def send(client: Client, typed: dict[str, Any] | None = None, key: str = KEY) -> Answer:
    return post(client, "appointments", typed or body(), headers={"Idempotency-Key": key})


class TestTheSameCall:
    def test_is_answered_byte_for_byte_alike(self, client: Client, dana: Provider) -> None:
        first, *others = [send(client) for _ in range(3)]
        assert first.status == 201
        assert {(one.status, one.content) for one in others} == {(201, first.content)}

    def test_books_once_and_sends_one_code(self, client: Client, dana: Provider) -> None:
        for _ in range(3):
            send(client)
        assert Appointment.objects.count() == 1
        assert Message.objects.count() == 1
        assert CodeSent.objects.count() == 1

    def test_is_answered_as_it_was_then_though_the_visit_went_on(
        self, client: Client, dana: Provider
    ) -> None:
        first = send(client)
        visit = Appointment.objects.get()
        post(client, f"appointments/{token_of(visit)}/verify", {"code": code_of(visit)})
        assert send(client).content == first.content

    def test_is_answered_when_the_time_has_been_taken_by_itself(
        self, client: Client, dana: Provider, clock: Traveller
    ) -> None:
        first = send(client)
        clock.move_to(NOW + timedelta(minutes=20))
        assert send(client).content == first.content

    def test_without_the_key_books_again(self, client: Client, dana: Provider) -> None:
        send(client)
        assert post(client, "appointments", body()).status == 409

    def test_with_another_key_is_another_call(self, client: Client, dana: Provider) -> None:
        send(client)
        assert send(client, key=KEY + "x").status == 409

    @pytest.mark.usefixtures("at_once")
    def test_works_where_nothing_is_verified(self, client: Client, dana: Provider) -> None:
        assert send(client).content == send(client).content
        assert Appointment.objects.count() == 1


class TestAnotherBody:
    @pytest.mark.parametrize(
        "changes",
        [
            {"start": (TUESDAY + timedelta(hours=1)).isoformat()},
            {"patient": patient_body(name="Ben Other")},
            {"consent": {"sms": False, "email": True}},
        ],
    )
    def test_under_the_same_key_is_refused(
        self, client: Client, dana: Provider, changes: dict[str, Any]
    ) -> None:
        send(client)
        answer = send(client, {**body(), **changes})
        assert (answer.status, answer.kind) == (422, "key-reused")
        assert answer.fields == ["Idempotency-Key"]
        assert Appointment.objects.count() == 1


class TestWhatIsRemembered:
    def test_a_day_and_no_longer(self, client: Client, dana: Provider, clock: Traveller) -> None:
        first = send(client)
        clock.move_to(NOW + timedelta(hours=24) - timedelta(seconds=1))
        assert send(client).json["id"] == first.json["id"]
        clock.move_to(NOW + timedelta(hours=24))
        assert send(client).json["id"] != first.json["id"]
        assert IdempotencyKey.objects.count() == 1

    def test_only_what_was_booked(self, client: Client, dana: Provider, clock: Traveller) -> None:
        taken = book(person=somebody(1))
        assert send(client).status == 409
        taken.delete()
        assert send(client).status == 201

    def test_nothing_of_a_refused_body(self, client: Client, dana: Provider) -> None:
        assert send(client, body(visit_type="massage")).status == 422
        assert send(client).status == 201

    def test_neither_the_key_nor_a_link(self, client: Client, dana: Provider) -> None:
        answer = send(client)
        kept = " ".join(map(str, IdempotencyKey.objects.values_list()))
        for secret in (KEY, answer.json["token"], answer.json["information_url"]):
            assert secret not in kept


class TestTheKey:
    @pytest.mark.parametrize("key", ["short", "x" * 15, "x" * 129])
    def test_has_16_to_128_characters(self, client: Client, dana: Provider, key: str) -> None:
        answer = send(client, key=key)
        assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize("key", ["x" * 16, "x" * 128])
    def test_may_be_as_short_and_as_long_as_that(
        self, client: Client, dana: Provider, key: str
    ) -> None:
        assert send(client, key=key).status == 201
