"""What pages and texts say of messages is what happens."""

from datetime import time

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider, VisitType
from scheduler.clinic.reading_hours import reading_hours
from scheduler.messaging.models import Message
from tests.factories import make_clinic
from tests.pages.reading import words_of
from tests.pages.visitor import Visitor, errors_of, where

pytestmark = pytest.mark.django_db


class TestTheDonePage:
    def test_promises_the_link_where_the_text_has_it(
        self, visitor: Visitor, settings: Settings
    ) -> None:
        settings.LINK_URL = "https://pmgfindlay.com"
        visitor.book()
        assert "With the link in them you can see, change" in words_of(visitor.get("done/"))

    def test_says_how_to_get_the_link_where_the_text_has_none(
        self, visitor: Visitor, settings: Settings
    ) -> None:
        settings.LINK_URL = f"https://{'h' * 24}.clinic1"
        visitor.book()
        assert "answer our text with 2, and we text you the link" in words_of(visitor.get("done/"))

    def test_says_when_each_reminder_comes_and_how(self, visitor: Visitor) -> None:
        visitor.booked(email="ana@example.org")
        words = words_of(visitor.get("done/"))
        planned = Message.objects.filter(kind="reminder-1-day", status="planned")
        assert planned.count() == 2
        assert "Reminder: " in words
        assert ", by text and email" in words

    def test_says_why_none_comes(self, visitor: Visitor) -> None:
        visitor.booked()
        Message.objects.filter(kind__startswith="reminder-").delete()
        assert "so no reminder will come" in words_of(visitor.get("done/"))


@pytest.fixture
def by_phone(visitor: Visitor, dana: Provider) -> Visitor:
    """At the questions about the person, for a visit by phone."""
    dana.visit_types.add(VisitType.objects.get(slug="phone-visit"))
    return visitor.begin("returning", "visit-phone-visit").choose()


class TestAVisitByPhone:
    def test_is_not_booked_without_a_number(self, by_phone: Visitor) -> None:
        assert "we need a phone number" in words_of(by_phone.get("you/"))
        response = by_phone.send(
            "you/",
            {
                "who": "me",
                "name": "Ana Ruiz",
                "date_of_birth": "03/09/1958",
                "phone": "",
                "email": "ana@example.org",
                "language": "en",
            },
        )
        assert errors_of(response)["phone"] == (
            "We call you for this visit: give the number to call."
        )

    def test_says_which_number_is_called(self, by_phone: Visitor) -> None:
        by_phone.tell()
        said = "By phone: we call you at (419) 555-0123."
        assert said in words_of(by_phone.get("check/"))
        by_phone.send("check/", {})
        held = Appointment.objects.get()
        assert held.visit_type.by_phone
        assert where(by_phone.get("check/")) == "/book/check/"


class TestTextsThatComeIn:
    def terms(self, client: Client, language: str = "en") -> str:
        return words_of(client.get("/texting-terms/", headers={"accept-language": language}))

    def test_are_read_in_the_hours_that_the_clinic_set(self, client: Client) -> None:
        make_clinic()
        Clinic.objects.update(
            texts_are_read=True, texts_read_from=time(8, 30), texts_read_until=time(16)
        )
        assert "We read the texts that you send us Mon-Fri 8:30 AM-4 PM" in self.terms(client)
        assert "lun-vie 8:30 AM-4 PM" in self.terms(client, "es")

    def test_are_read_by_nobody_where_it_says_so(self, client: Client) -> None:
        make_clinic()
        Clinic.objects.update(texts_are_read=False)
        assert "Nobody reads the texts" in self.terms(client)

    @pytest.mark.parametrize(
        ("mask", "days"), [(0b0011111, "Mon-Fri"), (0b0010101, "Mon Wed Fri"), (1, "Mon")]
    )
    def test_name_the_days_in_short(self, mask: int, days: str) -> None:
        clinic = make_clinic()
        clinic.business_days = mask
        assert reading_hours(clinic, "en") == f"{days} 9 AM-4 PM"
        assert len(reading_hours(clinic, "en")) <= 45
