"""What a booking page needs to know of the clinic, and requests to be called."""

from typing import Any

import pytest
from django.test import Client

from scheduler.clinic.models import Provider, VisitType
from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Message
from tests.api.asking import get, post
from tests.factories import make_provider
from tests.rows import row_counts


class TestClinic:
    def test_says_where_it_is(self, client: Client, clinic: object) -> None:
        assert get(client, "clinic").json == {
            "name": "Pain Management Group, Findlay",
            "address": "229 West Main Cross St., Suite 58, Findlay, OH 45840",
            "phone": "+14197216358",
            "email": "contact@painmgmtgroup.com",
            "time_zone": "America/New_York",
            "condition": "post-laminectomy-syndrome",
        }


class TestVisitTypes:
    def test_are_those_that_patients_can_book(self, client: Client, clinic: object) -> None:
        found = get(client, "visit-types").json
        assert [one["slug"] for one in found] == ["new-patient", "follow-up", "phone-visit"]
        VisitType.objects.filter(slug="follow-up").update(active=False)
        assert "follow-up" not in [one["slug"] for one in get(client, "visit-types").json]

    def test_name_who_sees_them(self, client: Client, dana: Provider) -> None:
        gone = make_provider("gone")
        gone.active = False
        gone.save()
        (first, *_) = get(client, "visit-types").json
        assert (first["minutes"], first["horizon_days"], first["providers"]) == (60, 90, ["dana"])


class TestProviders:
    def test_name_what_can_be_booked_with_them(self, client: Client, clinic: object) -> None:
        make_provider("dana", "new-patient", "procedure")
        assert get(client, "providers").json == [
            {"slug": "dana", "name": "Dana", "visit_types": ["new-patient"]}
        ]


class TestCondition:
    def test_is_told_in_both_languages(self, client: Client, clinic: object) -> None:
        found = get(client, "conditions/post-laminectomy-syndrome").json
        assert found["url"].endswith("/conditions/post-laminectomy-syndrome/")
        assert [text["language"] for text in found["texts"]] == ["en", "es"]
        assert all(text["sections"] for text in found["texts"])

    def test_must_be_published(self, client: Client, clinic: object) -> None:
        answer = get(client, "conditions/gout")
        assert (answer.status, answer.fields) == (404, ["slug"])


class TestContactRequest:
    def test_is_promised_an_answer(self, client: Client, clinic: object, nudges: list[str]) -> None:
        typed = {"name": "Ana Ruiz", "phone": "(419) 555-0123", "topic": "question"}
        answer = post(client, "contact-requests", typed)
        asked = ContactRequest.objects.get()
        assert (answer.status, answer.json["id"]) == (202, asked.reference)
        assert answer.json["promised_by"] == "2026-11-16T14:00:00-05:00"
        assert str(asked.phone) == "+14195550123"
        assert Message.objects.get().kind == "contact_received"
        assert nudges == ["contact_requests"]

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"phone": "1"}, "phone"),
            ({"email": "x\r\n@example.org"}, "email"),
            ({"phone": None}, "body"),
            ({"name": "🙂"}, "name"),
            ({"topic": "weather"}, "topic"),
            ({"note": "x" * 1001}, "note"),
            ({"note": "\x00"}, "note"),
            ({"status": "done"}, "status"),
        ],
    )
    def test_names_what_is_wrong(
        self, client: Client, clinic: object, typed: dict[str, Any], field: str
    ) -> None:
        before = row_counts()
        good = {"name": "Ana Ruiz", "phone": "+14195550123"}
        answer = post(client, "contact-requests", {**good, **typed})
        assert (answer.status, answer.fields) == (422, [field])
        assert row_counts() == before
