"""Booking, a step at a time; the whole way is among the journeys."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.models import Message
from tests.browser.booking import Person
from tests.browser.conftest import TOO_WIDE, Faults, Inspect
from tests.browser.hands import Keys
from tests.factories import make_clinic
from tests.pages.factories import page_of
from tests.small_clinic import load_providers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_clinic()
    load_providers(now=timezone.now())
    Appointment.objects.all().delete()


class TestTheWholeWay:
    def test_takes_no_more_than_eight_pages_and_seven_fields(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time, person.you, person.send, person.code):
            step()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
        assert person.effort.pages == 8
        assert len(person.effort.fields) == 7
        assert person.hand.acts <= 10


class TestEveryStep:
    def test_fits_the_smallest_phone_with_long_words(self, page: Page) -> None:
        page.set_viewport_size({"width": 320, "height": 256})
        person = Person(page)
        person.begin()
        person.been()
        person.why()
        assert page.evaluate(TOO_WIDE) == 0
        person.time()
        person.send()
        assert page.evaluate(TOO_WIDE) == 0
        person.you(name="A" * 60, email="a.very.long.address.for.a.phone@mail.example.org")
        for _ in range(2):
            assert page.evaluate(TOO_WIDE) == 0
            page.goto("/book/check/")
        person.send()
        assert page.evaluate(TOO_WIDE) == 0
        Provider.objects.update(name="Wolfeschlegelsteinhausenbergerdorff" * 2)
        person.code()
        assert page.evaluate(TOO_WIDE) == 0
        page.goto(page_of(Appointment.objects.get()))
        assert page.evaluate(TOO_WIDE) == 0

    def test_shows_the_helpers_questions_to_who_helps(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        person.been()
        person.why()
        person.time()
        expect(page.get_by_label("Your own full name")).to_be_hidden()
        page.get_by_text("For someone I help").click()
        expect(page.get_by_label("Your own full name")).to_be_visible()

    def test_asks_who_comes_by_their_own_name_and_data(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time):
            step()
        name = page.locator("#id_name")
        expect(name).to_have_accessible_name("Your full name")
        page.get_by_text("For someone I help").click()
        expect(name).to_have_accessible_name("Full name of the patient")
        expect(name).to_have_attribute("autocomplete", "off")

    def test_lets_keys_choose_a_time_and_then_one_of_another_day(self, page: Page) -> None:
        person = Person(page, Keys())
        person.begin()
        person.been()
        person.why()
        keys = person.hand
        keys.choose(page.locator(".times input").first)
        days = page.locator("details.day")
        keys.press(days.nth(1).locator("summary"))
        expect(days.nth(0)).not_to_have_attribute("open", "")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(days.nth(1).locator("input:checked")).to_have_count(1)

    def test_asks_nobody_else(self, page: Page, inspect: Inspect) -> None:
        assert inspect("/book/", 390, 844) == Faults()


class TestTheCodePage:
    def test_counts_down_until_another_code_can_be_had(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time, person.you, person.send):
            step()
        again = page.get_by_role("button", name="Send a new code")
        expect(again).to_be_disabled()
        expect(again).to_contain_text("(")

    def test_by_a_landline_is_not_needed(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time):
            step()
        person.you(landline=True)
        expect(page.get_by_text("We can't send a code to this phone.")).to_be_visible()
        person.send()
        expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")

    def test_lost_says_so(self, page: Page) -> None:
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time, person.you, person.send):
            step()
        held = Appointment.objects.get()
        Message.objects.update(status="undelivered")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("We can't reach you there")
        Appointment.objects.update(hold_expires_at=held.created_at)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("We no longer keep this time")
