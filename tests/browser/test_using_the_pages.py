"""What people do on the pages, with the clicks and keys they do it with."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.factories import fill_outbox, make_visit, visit_path
from tests.pages.factories import make_bare_clinic, page_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestAPatient:
    def test_confirms_with_one_tap(self, page: Page) -> None:
        page.goto(visit_path())
        page.get_by_role("button", name="Yes, I will be there").tap()
        expect(page.get_by_text("Booked and confirmed")).to_be_visible()

    def test_cancels_and_takes_it_back(self, page: Page) -> None:
        page.goto(visit_path())
        page.get_by_role("link", name="Cancel this visit").tap()
        page.get_by_label("Why?").fill("It snows.")
        page.get_by_role("button", name="Yes, cancel my visit").tap()
        expect(page.get_by_text("This visit will not take place.")).to_be_visible()
        page.get_by_role("button", name="Keep my visit after all").tap()
        expect(page.get_by_role("status")).to_contain_text("Your visit will take place after all.")

    def test_moves_to_a_time_of_the_list(self, page: Page) -> None:
        appointment = make_visit()
        before = appointment.starts_at
        page.goto(page_of(appointment))
        page.get_by_role("link", name="Change the time").tap()
        page.locator(".times label").first.tap()
        page.get_by_role("button", name="Move my visit").tap()
        expect(page.get_by_role("status")).to_contain_text("Your visit is at its new time.")
        appointment.refresh_from_db()
        assert appointment.starts_at != before

    def test_is_asked_to_choose_a_time_first(self, page: Page) -> None:
        path = visit_path()
        page.goto(path + "/change")
        page.get_by_role("button", name="Move my visit").tap()
        expect(page.locator(".errors")).to_be_focused()
        expect(page.locator(".errors")).to_contain_text("Please choose one of these times.")

    def test_reads_the_page_in_spanish_and_stays_where_they_are(self, page: Page) -> None:
        path = visit_path()
        page.goto(path)
        page.get_by_role("button", name="Español").tap()
        expect(page.get_by_role("heading", name="Su cita")).to_be_visible()
        assert page.url.endswith(path)

    def test_gets_to_the_main_part_with_two_keys(self, page: Page) -> None:
        make_bare_clinic()
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

    def test_prints_the_condition_page_without_controls(self, page: Page) -> None:
        make_bare_clinic()
        page.goto("/conditions/post-laminectomy-syndrome/")
        page.evaluate("window.print = () => { document.title = 'printed' }")
        page.get_by_role("button", name="Print this page").tap()
        assert page.title() == "printed"
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Print this page")).to_be_hidden()
        expect(page.get_by_role("heading", name="What can help")).to_be_visible()
        expect(page.locator(".clinic-card")).to_contain_text("229 West Main Cross St.")


class TestAtTheDesk:
    def test_a_text_in_the_outbox_is_answered(
        self, page: Page, tmp_path: Path, settings: Settings
    ) -> None:
        settings.DATA_DIR = tmp_path
        appointment = make_visit()
        fill_outbox(tmp_path, to="+14195550123")
        page.goto("/outbox/")
        page.get_by_label("Reply as the patient").fill("1")
        page.get_by_role("button", name="Send").tap()
        expect(page.get_by_role("heading", name="Outbox")).to_be_visible()
        appointment.refresh_from_db()
        assert appointment.status == "confirmed"

    def test_a_mail_in_the_outbox_is_seen_as_the_patient_sees_it(
        self, page: Page, tmp_path: Path, settings: Settings
    ) -> None:
        settings.DATA_DIR = tmp_path
        fill_outbox(tmp_path)
        page.goto("/outbox/")
        mail = page.frame_locator("iframe")
        expect(mail.get_by_role("heading", name="Your visit")).to_be_visible()
        expect(mail.get_by_text("It is booked.")).to_have_css("color", "rgb(18, 49, 49)")

    def test_an_editor_can_sign_in_to_the_admin(self, page: Page) -> None:
        User.objects.create_superuser("editor", password="correct horse")
        page.goto("/admin/")
        page.get_by_label("Username").fill("editor")
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Sign in", exact=True).tap()
        expect(page).to_have_url(re.compile(r"^http://[^/]+/admin/$"))
