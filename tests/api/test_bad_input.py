"""Whatever is wrong is named, field by field, in a problem document, and nothing is written."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from tests.api.asking import Answer, get, post, post_raw, take, the_visit
from tests.factories import (
    NOW,
    body,
    book,
    code_of,
    make_time_off,
    patient_body,
    token_of,
    wrong_code,
)
from tests.rows import row_counts


def is_refused(answer: Answer, status: int, *fields: str) -> bool:
    """A problem document of that status that names just these fields, in plain words."""
    assert (answer.status, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    ), answer.content
    problem = answer.json
    assert set(problem) >= {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    assert problem["title"]
    assert all(error["message"] for error in problem["errors"])
    assert "Traceback" not in answer.content.decode()
    return answer.fields == list(fields)


def without_trail(counts: dict[str, int]) -> dict[str, int]:
    """The audit trail notes each try; nothing else may grow."""
    trail = ("event", "pghistory_context")
    return {table: count for table, count in counts.items() if not table.endswith(trail)}


def helper(relation: str) -> dict[str, Any]:
    return {"contact": {"name": "Luz Ruiz", "relation": relation}}


BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown visit type": ({"visit_type": "massage"}, "visit_type"),
    "a visit type for staff only": ({"visit_type": "procedure"}, "visit_type"),
    "a visit type that is no slug": ({"visit_type": "New patient!"}, "visit_type"),
    "no visit type": ({"visit_type": None}, "visit_type"),
    "an unknown provider": ({"provider": "nobody"}, "provider"),
    "an unknown condition": ({"condition": "gout"}, "condition"),
    "a past start": ({"start": "2026-11-13T10:00:00-05:00"}, "start"),
    "a start of long ago": ({"start": "1026-11-13T10:00:00-05:00"}, "start"),
    "a start before the notice": ({"start": "2026-11-17T10:00:00-05:00"}, "start"),
    "a start off the grid": ({"start": "2026-11-24T10:05:00-05:00"}, "start"),
    "a start off the second": ({"start": "2026-11-24T10:00:01-05:00"}, "start"),
    "a start outside hours": ({"start": "2026-11-24T17:00:00-05:00"}, "start"),
    "a start on a weekend": ({"start": "2026-11-28T10:00:00-05:00"}, "start"),
    "a start in time off": ({"start": "2026-11-25T10:00:00-05:00"}, "start"),
    "a start on a holiday": ({"start": "2026-11-26T10:00:00-05:00"}, "start"),
    "a start over the horizon": ({"start": "2027-03-02T10:00:00-05:00"}, "start"),
    "a start in the next century": ({"start": "2345-03-02T10:00:00-05:00"}, "start"),
    "a start without offset": ({"start": "2026-11-24T10:00:00"}, "start"),
    "a start that is a number": ({"start": 1795532400}, "start"),
    "a day that is none": ({"start": "2026-11-31T10:00:00-05:00"}, "start"),
    "no start": ({"start": None}, "start"),
    "no patient": ({"patient": None}, "patient"),
    "a patient that is a name": ({"patient": "Ana"}, "patient"),
    "consent that is a word": ({"consent": {"sms": "yes"}}, "consent.sms"),
    "an unknown field": ({"notes": "hello"}, "notes"),
    "a helper without a relation": ({"contact": {"name": "Luz Ruiz"}}, "contact.relation"),
    "a relation with a zero byte": (helper("daugh\x00ter"), "contact.relation"),
    "a relation of two lines": (helper("daughter\nBcc: x"), "contact.relation"),
    "a relation of blanks": (helper("  "), "contact.relation"),
}
PATIENTS: dict[str, tuple[dict[str, Any], str]] = {
    "a phone that is none": ({"phone": "hello there"}, "patient.phone"),
    "a phone with too few digits": ({"phone": "555-0123"}, "patient.phone"),
    "a phone that nobody has": ({"phone": "+1 000 555 0123"}, "patient.phone"),
    "a phone not in +1": ({"phone": "+49 30 901820"}, "patient.phone"),
    "a phone of Jamaica": ({"phone": "+1 876 974 0123"}, "patient.phone"),
    "a premium number": ({"phone": "+1 900 234 5678"}, "patient.phone"),
    "a phone that is a number": ({"phone": 4195550123}, "patient.phone"),
    "a mail with CR LF": ({"email": "ana@example.org\r\nBcc: x@example.org"}, "patient.email"),
    "a mail with a line feed at its end": ({"email": "ana@example.org\n"}, "patient.email"),
    "a mail that is none": ({"email": "ana at example"}, "patient.email"),
    "a mail of 300 characters": ({"email": "a" * 300 + "@example.org"}, "patient.email"),
    "a name of 10,000 characters": ({"name": "Ana " * 2500}, "patient.name"),
    "a name of emoji": ({"name": "🙂🙂"}, "patient.name"),
    "a name with an emoji": ({"name": "Ana 🙂"}, "patient.name"),
    "a name of blanks": ({"name": "   "}, "patient.name"),
    "a name with a line feed": ({"name": "Ana\nRuiz"}, "patient.name"),
    "a name with a zero byte": ({"name": "Ana\x00Ruiz"}, "patient.name"),
    "a name with markup": ({"name": "<b>Ana</b>"}, "patient.name"),
    "no name": ({"name": None}, "patient.name"),
    "a birth date that is none": ({"date_of_birth": "1958-02-30"}, "patient.date_of_birth"),
    "a birth date of another form": ({"date_of_birth": "3/9/1958"}, "patient.date_of_birth"),
    "a birth date ahead": ({"date_of_birth": "2080-01-01"}, "patient.date_of_birth"),
    "a birth date of a child": ({"date_of_birth": "2015-03-09"}, "patient.date_of_birth"),
    "an unknown language": ({"language": "fr"}, "patient.language"),
    "an unknown field": ({"ssn": "078-05-1120"}, "patient.ssn"),
    "neither phone nor mail": ({"phone": None, "email": None}, "patient"),
}


@pytest.mark.usefixtures("dana")
class TestABooking:
    @pytest.mark.parametrize(("changes", "field"), BODIES.values(), ids=BODIES.keys())
    def test_is_refused_with(self, client: Client, changes: dict[str, Any], field: str) -> None:
        make_time_off("2026-11-25").save()
        before = row_counts()
        assert is_refused(post(client, "appointments", body(**changes)), 422, field)
        assert row_counts() == before

    @pytest.mark.parametrize(("changes", "field"), PATIENTS.values(), ids=PATIENTS.keys())
    def test_is_refused_for(self, client: Client, changes: dict[str, Any], field: str) -> None:
        before = row_counts()
        typed = body(patient=patient_body(**changes))
        assert is_refused(post(client, "appointments", typed), 422, field)
        assert row_counts() == before

    def test_names_all_that_is_wrong(self, client: Client) -> None:
        typed = body("tomorrow", patient=patient_body(phone="1", email="x", name=""))
        wrong = ("start", "patient.name", "patient.phone", "patient.email")
        assert sorted(post(client, "appointments", typed).fields) == sorted(wrong)

    @pytest.mark.parametrize("content", ["{", "not json", "[" * 5000, '{"a": NaN'])
    def test_that_is_no_json_is_refused(self, client: Client, content: str) -> None:
        before = row_counts()
        answer = post_raw(client, "appointments", content, "application/json")
        assert is_refused(answer, 400)
        assert row_counts() == before

    def test_that_is_empty_is_refused(self, client: Client) -> None:
        assert is_refused(post_raw(client, "appointments", "", "application/json"), 422, "body")

    @pytest.mark.parametrize("content", ["[]", "null", "3", '"text"'])
    def test_that_is_no_object_is_refused(self, client: Client, content: str) -> None:
        assert is_refused(post_raw(client, "appointments", content, "application/json"), 400)

    def test_that_is_not_unicode_is_refused(self, client: Client) -> None:
        assert is_refused(post_raw(client, "appointments", b"\xff\xfe{}", "application/json"), 400)

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""]
    )
    def test_of_another_content_type_is_refused(self, client: Client, content_type: str) -> None:
        before = row_counts()
        answer = post_raw(client, "appointments", json.dumps(body()), content_type)
        assert is_refused(answer, 415)
        assert row_counts() == before

    def test_of_a_megabyte_is_refused(self, client: Client) -> None:
        typed = body(patient=patient_body(name="A" * 1_000_000))
        before = row_counts()
        assert is_refused(post(client, "appointments", typed), 413)
        assert row_counts() == before


class TestACode:
    @pytest.fixture
    def held(self, client: Client, dana: Provider) -> Appointment:
        assert take(client).status == 201
        return the_visit()

    def test_that_is_wrong(self, client: Client, held: Appointment) -> None:
        before = row_counts()
        path = f"appointments/{token_of(held)}/verify"
        assert is_refused(post(client, path, {"code": wrong_code(held)}), 422, "code")
        assert without_trail(row_counts()) == without_trail(before)
        held.refresh_from_db()
        assert (held.status, held.code_tries) == ("held", 1)

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "12 456", "١٢٣٤٥٦", 123456, None])
    def test_that_is_none(self, client: Client, held: Appointment, code: object) -> None:
        before = row_counts()
        path = f"appointments/{token_of(held)}/verify"
        assert is_refused(post(client, path, {"code": code}), 422, "code")
        assert row_counts() == before

    def test_that_was_used(self, client: Client, held: Appointment) -> None:
        path = f"appointments/{token_of(held)}/verify"
        assert post(client, path, {"code": code_of(held)}).status == 200
        before = row_counts()
        assert is_refused(post(client, path, {"code": code_of(held)}), 409, "code")
        assert row_counts() == before

    def test_that_came_too_late(self, client: Client, held: Appointment, clock: Traveller) -> None:
        clock.move_to(NOW + timedelta(minutes=15))
        before = row_counts()
        path = f"appointments/{token_of(held)}/verify"
        assert is_refused(post(client, path, {"code": code_of(held)}), 409, "token")
        assert row_counts() == before


class TestAToken:
    @pytest.fixture
    def visit(self, dana: Provider) -> Appointment:
        return book()

    def calls(self, client: Client, token: str) -> list[Answer]:
        """Every call that takes a token."""
        path = f"appointments/{token}"
        return [
            get(client, path),
            get(client, f"{path}/calendar.ics"),
            post(client, f"{path}/confirm"),
            post(client, f"{path}/cancel", {}),
            post(client, f"{path}/reschedule", {"start": "2026-12-03T14:00:00-05:00"}),
            post(client, f"{path}/verify", {"code": "123456"}),
            post(client, f"{path}/resend", {"channel": "sms"}),
        ]

    @pytest.mark.parametrize("reason", ["It \x00 snows", "\ud800", "x" * 501])
    def test_is_not_cancelled_for_a_reason_that_is_no_text(
        self, client: Client, visit: Appointment, reason: str
    ) -> None:
        before = row_counts()
        typed = json.dumps({"reason": reason})
        path = f"appointments/{token_of(visit)}/cancel"
        assert is_refused(post_raw(client, path, typed, "application/json"), 422, "reason")
        assert row_counts() == before

    def test_that_was_made_up_opens_nothing(self, client: Client, visit: Appointment) -> None:
        before = row_counts()
        good = token_of(visit)
        first, last = ("a" if letter != "a" else "b" for letter in (good[0], good[-1]))
        for token in ("0" * 16, good[:15] + last, first + good[1:], good.swapcase()):
            assert all(is_refused(one, 404, "token") for one in self.calls(client, token))
        assert row_counts() == before

    def test_of_another_purpose_opens_nothing(self, client: Client, visit: Appointment) -> None:
        before = row_counts()
        information = token_of(visit, "i")
        for token in (information, information * 2):
            status = 404 if len(token) == 16 else 422
            assert all(is_refused(one, status, "token") for one in self.calls(client, token))
        assert row_counts() == before

    def test_of_another_length_or_alphabet_is_named(
        self, client: Client, visit: Appointment
    ) -> None:
        for token in ("x", "x" * 17, "x" * 15 + "-", "x" * 15 + "é"):
            assert is_refused(get(client, f"appointments/{token}"), 422, "token")

    def test_that_was_revoked_opens_nothing(self, client: Client, visit: Appointment) -> None:
        token = token_of(visit)
        visit.links.update(version=2)
        assert all(is_refused(one, 404, "token") for one in self.calls(client, token))
        assert get(client, f"appointments/{token_of(visit)}").status == 200

    def test_that_ran_out_opens_nothing(
        self, client: Client, visit: Appointment, clock: Traveller
    ) -> None:
        token = token_of(visit)
        clock.move_to(visit.ends_at + timedelta(days=30) - timedelta(seconds=1))
        assert get(client, f"appointments/{token}").status == 200
        clock.move_to(visit.ends_at + timedelta(days=30))
        assert all(is_refused(one, 404, "token") for one in self.calls(client, token))


@pytest.mark.django_db
class TestAnAddress:
    def test_that_leads_nowhere_is_a_problem_too(self, client: Client) -> None:
        assert is_refused(get(client, "nothing-here"), 404)

    def test_with_another_method_is_a_problem_too(self, client: Client) -> None:
        answer = get(client, "appointments")
        assert is_refused(answer, 405)
        assert "POST" in answer.headers["Allow"]
