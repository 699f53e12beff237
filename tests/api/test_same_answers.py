"""No answer tells whether somebody is a patient here."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.models import BadAddress, Message
from scheduler.patients.models import Patient
from tests.api.asking import Answer, get, post, take, the_visit
from tests.factories import (
    NOW,
    TUESDAY,
    at,
    book,
    code_of,
    make_provider,
    patient_body,
    token_of,
    wrong_code,
)

KNOWN = patient_body()
STRANGERS = {
    "everything": patient_body(
        name="Zoe Nobody",
        phone="+14195550888",
        email="zoe@example.org",
        date_of_birth="1971-01-02",
    ),
    "the phone": patient_body(phone="+14195550888"),
    "the mail": patient_body(email="zoe@example.org"),
    "the birth date": patient_body(date_of_birth="1971-01-02"),
    "the name": patient_body(name="Zoe Nobody"),
}


@pytest.fixture
def clinic_that_knows_ana(clinic: object) -> None:
    """Ana has been here, and comes again next week."""
    make_provider("dana", "new-patient", "follow-up")
    book(at("2026-12-01 10:00"), visit_type="follow-up")
    Message.objects.all().delete()


def plain(answer: Answer) -> tuple[int, str, list[str]]:
    """Status, body and header names, without the ids and tokens that differ anyway."""
    text = answer.content.decode()
    visit = the_visit()
    for secret in (visit.reference, token_of(visit), token_of(visit, "i")):
        text = text.replace(secret, "…")
    return answer.status, text, sorted(answer.headers)


def journey(client: Client, person: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """What somebody sees who types this person in, up to a code that is not right."""
    taken = plain(take(client, patient=person))
    visit = the_visit()
    path = f"appointments/{token_of(visit)}"
    answers = [
        taken,
        plain(get(client, path)),
        plain(post(client, f"{path}/verify", {"code": wrong_code(visit)})),
        plain(post(client, f"{path}/resend", {"channel": "sms"})),
        plain(post(client, f"{path}/confirm")),
        plain(post(client, f"{path}/cancel", {})),
    ]
    Appointment.objects.filter(pk=visit.pk).update(status="expired")
    return answers


@pytest.mark.usefixtures("clinic_that_knows_ana")
class TestWhoIsKnown:
    @pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
    def test_gets_the_answers_of_a_stranger(self, client: Client, stranger: dict[str, Any]) -> None:
        assert journey(client, KNOWN) == journey(client, stranger)

    @pytest.mark.parametrize("trouble", ["opted out", "unusable"])
    def test_gets_the_answers_of_a_stranger_about_a_number_in_trouble(
        self, client: Client, trouble: str
    ) -> None:
        stranger = journey(client, STRANGERS["everything"])
        if trouble == "opted out":
            opt_out("sms", KNOWN["phone"], source="text", now=NOW)
        else:
            BadAddress.objects.create(channel="sms", address=KNOWN["phone"], code="30006", at=NOW)
        assert journey(client, KNOWN) == stranger

    def test_is_found_only_once_the_code_is_right(self, client: Client) -> None:
        take(client, patient=KNOWN)
        assert the_visit().patient is None
        visit = the_visit()
        post(client, f"appointments/{token_of(visit)}/verify", {"code": code_of(visit)})
        assert the_visit().patient == Patient.objects.get()

    def test_costs_as_many_queries(self, client: Client) -> None:
        counts = []
        for hour, person in ((10, KNOWN), (13, STRANGERS["everything"])):
            with CaptureQueriesContext(connection) as queries:
                take(client, TUESDAY.replace(hour=hour), patient=person)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestAContactRequest:
    def test_of_somebody_known_is_answered_like_a_strangers(
        self, client: Client, dana: Provider
    ) -> None:
        book()
        found = set()
        for phone in (KNOWN["phone"], "+14195550888"):
            answer = post(client, "contact-requests", {"name": "Ana Ruiz", "phone": phone})
            text = re.sub(r'"id": ?"\w{8}"', '"id": "…"', answer.content.decode())
            found.add((answer.status, text))
        assert len(found) == 1
