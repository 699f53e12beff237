"""The message is lost: its links go out again, and the page never says to whom."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic
from scheduler.messaging.compose import compose, fill
from scheduler.messaging.models import Message, OptOut
from tasks.messages import deliver_due
from tests.pages.asking import form_of
from tests.pages.factories import NOW, make_appointment, make_bare_clinic, token
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "(419) 555-0123", "(419) 555-0777"


def find(client: Client, address: str) -> str:
    """What the page says in the end."""
    form = {**form_of(client.get("/find/")), "address": address}
    return words_of(client.post("/find/", form, follow=True))


def statements_of(client: Client, address: str) -> list[str]:
    """What the database is asked by the POST, without the values."""
    form = {**form_of(client.get("/find/")), "address": address}
    with CaptureQueriesContext(connection) as queries:
        assert client.post("/find/", form).status_code == 303
    return [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in queries]


def with_mail(appointment: Appointment) -> Appointment:
    assert appointment.contact
    appointment.contact.email = "Ana@example.org"
    appointment.contact.save()
    return appointment


class TestFinding:
    def test_sends_the_link_to_the_number_that_has_the_visit(
        self, client: Client, nudges: list[str]
    ) -> None:
        appointment = make_appointment()
        find(client, KNOWN)
        [message] = Message.objects.all()
        assert (message.kind, message.channel, message.to) == ("links", "sms", "+14195550123")
        text = compose(message, Clinic.objects.get()).text
        assert "[[manage_link]]" in text
        assert token(appointment) in fill(text, {"manage_link": token(appointment)})
        assert nudges == ["visit.find_my_visit"]

    def test_sends_it_by_mail_however_the_address_is_written(self, client: Client) -> None:
        with_mail(make_appointment())
        find(client, " ana@EXAMPLE.org ")
        assert Message.objects.get().to == "Ana@example.org"

    def test_sends_one_for_each_coming_visit_and_none_for_others(self, client: Client) -> None:
        coming = [
            make_appointment(reference="C0MING01"),
            make_appointment(
                status="confirmed", start=NOW + timedelta(days=2), reference="C0MING02"
            ),
        ]
        make_appointment(start=NOW - timedelta(days=2), reference="PAST0001")
        make_appointment(
            status="cancelled",
            start=NOW + timedelta(days=3),
            reference="CANCE110",
            cancelled_at=NOW,
        )
        find(client, KNOWN)
        told = set(Message.objects.values_list("appointment_id", flat=True))
        assert told == {visit.pk for visit in coming}

    def test_leaves_without_consent_but_not_after_stop(
        self, client: Client, settings: Settings, tmp_path: Path
    ) -> None:
        settings.DATA_DIR = tmp_path
        make_appointment()
        find(client, KNOWN)
        deliver_due("sms")
        assert Message.objects.get().status == "accepted"
        OptOut.objects.create(channel="sms", address="+14195550123", source="text", at=NOW)
        find(client, KNOWN)
        deliver_due("sms")
        assert Message.objects.latest("pk").reason == "opted-out"

    def test_works_again_for_the_same_visit(self, client: Client) -> None:
        make_appointment()
        find(client, KNOWN)
        find(client, KNOWN)
        assert sorted(Message.objects.values_list("sequence", flat=True)) == [0, 1]


class TestTheAnswer:
    def test_is_the_same_whether_or_not_anything_is_known(self, client: Client) -> None:
        make_appointment()
        assert find(client, KNOWN) == find(client, UNKNOWN) == find(client, "who@example.org")

    def test_is_the_same_when_asked_too_often_and_nothing_more_is_sent(
        self, client: Client
    ) -> None:
        make_appointment()
        answers = {find(client, KNOWN) for _ in range(5)}
        assert len(answers) == 1
        assert Message.objects.count() == 3

    def test_takes_the_same_steps_whether_or_not_anything_is_known(self, client: Client) -> None:
        with_mail(make_appointment())
        for known, unknown in ((KNOWN, UNKNOWN), ("ana@example.org", "who@example.org")):
            assert statements_of(client, known) == statements_of(client, unknown)
        assert Message.objects.count() == 2

    def test_works_again_after_an_hour(self, client: Client) -> None:
        make_appointment()
        for _ in range(4):
            find(client, KNOWN)
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            find(client, KNOWN)
        assert Message.objects.count() == 4

    def test_stops_a_network_that_tries_many_numbers(self, client: Client) -> None:
        make_appointment()
        for number in range(10):
            find(client, f"(419) 555-01{number + 30}")
        find(client, KNOWN)
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Type your mobile number or your email address."),
            ("ana", "Type a number with its area code"),
            ("ana@", "Type a number with its area code"),
            ("12345", "Type a number with its area code"),
            ("+49 30 901820", "Type a number with its area code"),
            ("\x00", "Type your mobile number or your email address."),
        ],
    )
    def test_names_what_is_wrong_and_sends_nothing(
        self, client: Client, typed: str, said: str
    ) -> None:
        make_bare_clinic()
        form = {**form_of(client.get("/find/")), "address": typed}
        page = soup(client.post("/find/", form))
        assert said in page.select_one(".errors a").get_text()
        assert said in page.select_one("#id_address_error").get_text()
        assert not Message.objects.exists()


class TestTheWay:
    @pytest.mark.parametrize("path", ["/", f"/a/{'x' * 16}"])
    def test_is_shown_where_people_look_for_it(self, client: Client, path: str) -> None:
        make_bare_clinic()
        page = soup(client.get(path))
        assert page.main.select_one('a[href="/find/"]')
        assert page.footer.select_one('a[href="/find/"]')
