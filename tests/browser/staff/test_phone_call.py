"""A phone call, by keyboard: from the key that opens it to the visit that is booked."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.patients.models import Patient
from tests.browser.conftest import TOO_WIDE, blocked_by_policy, run_axe
from tests.browser.factories import FINDLAY, next_tuesday
from tests.browser.staff.conftest import TABLET, OpenBrowser, sign_in
from tests.factories import make_patient, make_provider
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET = 12
# Counted in the page itself, so that what is typed into a field counts like any other key.
COUNT_KEYS = """
window.pressed = [];
addEventListener("keydown", (event) => window.pressed.push(event.key), true);
"""


def pressed(page: Page) -> int:
    return cast(int, page.evaluate("window.pressed.length"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus(page: Page) -> str:
    return cast(str, page.evaluate("document.activeElement.name || document.activeElement.id"))


def open_calendar(page: Page) -> None:
    page.goto("/staff/")
    page.evaluate(COUNT_KEYS)


def visit_path(**query: str) -> str:
    start = next_tuesday().astimezone(FINDLAY)
    asked = {"start": f"{start:%Y-%m-%dT%H:%M}", "provider": "dana", **query}
    return "/staff/book/?" + "&".join(f"{name}={value}" for name, value in asked.items())


def open_booking(page: Page, **query: str) -> None:
    """As a click on empty time in the calendar opens it."""
    page.goto("/staff/")
    page.evaluate("path => staff.openPanel(path)", visit_path(**query))
    expect(page.locator("[name=q]")).to_be_visible()


def said(page: Page, words: str) -> None:
    expect(page.locator("#toast")).to_contain_text(words)
    expect(page.locator("#panel")).not_to_be_visible()


class TestAFollowUpInTwoWeeksMorningsOnly:
    def test_takes_twelve_keys_at_most_besides_the_name(self, staff_page: Page) -> None:
        ana = make_patient()
        blocked = blocked_by_policy(staff_page)
        open_calendar(staff_page)
        press(staff_page, "f")
        expect(staff_page.locator("[name=visit_type]")).to_be_focused()
        press(staff_page, "f", "Tab", "2", "Tab", "m", "Enter")
        first = staff_page.locator("#found-times a").first
        expect(first).to_be_focused()
        found_at = run_axe(staff_page)
        press(staff_page, "Enter")
        expect(staff_page.locator("[name=q]")).to_be_focused()
        before = pressed(staff_page)
        staff_page.keyboard.type("rui")
        name = pressed(staff_page) - before
        expect(staff_page.locator("[role=option]").first).to_contain_text("born 03/09/1958")
        found_at += run_axe(staff_page)
        press(staff_page, "Enter")
        expect(staff_page.locator("[data-book]")).to_be_focused()
        press(staff_page, "Enter")
        said(staff_page, "Booked: Ana Ruiz")

        assert pressed(staff_page) - name <= BUDGET
        made = Appointment.objects.select_related("visit_type").get()
        start, today = made.starts_at.astimezone(FINDLAY), datetime.now(FINDLAY).date()
        assert (made.patient, made.visit_type.slug) == (ana, "follow-up")
        assert today + timedelta(days=14) <= start.date() < today + timedelta(days=21)
        assert start.hour < 12
        assert (blocked, found_at) == ([], [])

    def test_is_picked_by_its_digit(self, staff_page: Page) -> None:
        make_patient()
        open_calendar(staff_page)
        press(staff_page, "f")
        expect(staff_page.locator("[name=visit_type]")).to_be_focused()
        press(staff_page, "Enter")
        third = staff_page.locator("[data-pick='3']")
        expect(staff_page.locator("[data-pick='1']")).to_be_focused()
        chosen = third.get_attribute("href") or ""
        press(staff_page, "3")
        expect(staff_page.locator("[name=q]")).to_be_focused()
        assert staff_page.locator("[name=start]").input_value() in chosen.replace("%3A", ":")

    def test_changes_its_times_as_one_chooses(self, staff_page: Page) -> None:
        open_calendar(staff_page)
        press(staff_page, "f")
        times = staff_page.locator("#found-times [data-pick]")
        expect(times).to_have_count(10)
        staff_page.locator("#panel").get_by_label("Time of day").select_option("afternoon")
        expect(times.first).to_contain_text("PM")
        staff_page.locator("#panel").get_by_label("Not before").select_option("day")
        expect(staff_page.locator("#panel [name=day]")).to_be_visible()


class TestTheQuickBooking:
    def test_of_somebody_we_know_is_a_name_and_two_keys(self, staff_page: Page) -> None:
        make_patient("Ana Ruiz")
        make_patient("Ana Rivera")
        open_booking(staff_page)
        # Without waiting for what is found: Enter takes the first of it when it comes.
        staff_page.keyboard.type("ana")
        press(staff_page, "Enter")
        expect(staff_page.locator("[data-book]")).to_be_focused()
        expect(staff_page.locator("[name=known]")).to_be_attached()
        press(staff_page, "Enter")
        said(staff_page, "Booked: Ana Rivera")

    def test_goes_through_what_is_found_by_arrows(self, staff_page: Page) -> None:
        make_patient("Ana Ruiz")
        make_patient("Ana Rivera")
        open_booking(staff_page)
        staff_page.keyboard.type("ana")
        expect(staff_page.locator("[role=option]")).to_have_count(3)
        press(staff_page, "ArrowDown")
        chosen = staff_page.locator("[aria-selected=true]")
        expect(chosen).to_contain_text("Ana Ruiz")
        active = staff_page.locator("[name=q]").get_attribute("aria-activedescendant")
        assert chosen.get_attribute("id") == active
        press(staff_page, "Escape")
        expect(staff_page.locator("[role=option]")).to_have_count(0)
        expect(staff_page.locator("#panel")).to_be_visible()

    def test_adds_somebody_new_inline(self, staff_page: Page) -> None:
        open_booking(staff_page)
        staff_page.keyboard.type("Zora Neal")
        press(staff_page, "Enter")
        expect(staff_page.locator("[name=date_of_birth]")).to_be_focused()
        staff_page.keyboard.type("03091958")
        press(staff_page, "Tab")
        staff_page.keyboard.type("4195550123")
        staff_page.get_by_label("Language", exact=True).select_option("es")
        expect(staff_page.locator("[data-wording=es]")).to_be_visible()
        expect(staff_page.locator("[data-wording=en]")).to_be_hidden()
        staff_page.locator("label[for=id_sms_consent]").click()
        assert run_axe(staff_page) == []
        staff_page.locator("[name=phone]").press("Enter")
        said(staff_page, "Booked: Zora Neal")
        zora = Patient.objects.get()
        assert (str(zora.phone), zora.language) == ("+14195550123", "es")
        assert Appointment.objects.get().visit_type.slug == "new-patient"

    def test_that_meets_a_taken_time_takes_another_with_one_key(
        self, staff_page: Page, staffed: Provider
    ) -> None:
        first, second = make_patient("Olive Stone", phone=""), make_patient("Ana Ruiz")
        blocked = blocked_by_policy(staff_page)
        for patient in (first, second):
            open_booking(staff_page, patient=str(patient.pk))
            expect(staff_page.locator("[data-book]")).to_be_focused()
            press(staff_page, "Enter")
            if patient == first:
                said(staff_page, "Booked: Olive Stone")
        expect(staff_page.locator("[data-pick='1']")).to_be_focused()
        assert run_axe(staff_page) == []
        press(staff_page, "2")
        said(staff_page, "Booked: Ana Ruiz")
        assert Appointment.objects.filter(overbook_reason=None).count() == 2
        assert blocked == []

    def test_works_on_a_tablet_and_a_phone(
        self, open_browser: OpenBrowser, staffed: Provider
    ) -> None:
        make_patient()
        make_provider("eve", "follow-up")
        page = sign_in(open_browser(**TABLET).new_page(), make_user())
        for size in ({"width": 1024, "height": 768}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            open_booking(page)
            page.locator("[name=q]").fill("ruiz")
            page.locator("[role=option]").first.tap()
            expect(page.locator("[name=known]")).to_be_attached()
            assert page.evaluate(TOO_WIDE) == 0
            assert run_axe(page) == []
            page.goto("/staff/find/")
            expect(page.locator("main [data-pick]")).to_have_count(10)
            assert page.evaluate(TOO_WIDE) == 0
            assert run_axe(page) == []
