"""Asking to be called, finding a lost link and setting preferences, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from scheduler.contact_requests.models import ContactRequest
from tests.browser.conftest import TOO_WIDE
from tests.browser.factories import agreed_visit_path, visit_path
from tests.pages.factories import make_bare_clinic, make_dana_whitfield, make_visit_type

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make_bare_clinic()
    make_dana_whitfield(make_visit_type())


class TestAMistake:
    @pytest.mark.parametrize("path", ["/contact/", "/find/"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_is_where_the_focus_goes_and_fits(self, page: Page, path: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        page.locator("form.asking button").click()
        expect(page.locator(".errors")).to_be_focused()
        assert page.evaluate(TOO_WIDE) == 0

    def test_leads_to_its_field(self, page: Page) -> None:
        page.goto("/contact/")
        page.locator("form.asking button").click()
        page.get_by_role("link", name="Write your name.").click()
        expect(page.get_by_label("Your full name")).to_be_focused()
        expect(page.get_by_label("Your full name")).to_have_attribute("aria-invalid", "true")


class TestAPatient:
    def test_asks_changes_and_withdraws_in_spanish_without_scripts(
        self, browser: Browser, live_server: LiveServer
    ) -> None:
        context = browser.new_context(
            base_url=live_server.url, locale="es-MX", java_script_enabled=False
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("main").get_by_role("link", name="Pida que le llamemos").click()
        page.get_by_text("Tengo una pregunta").click()
        page.get_by_label("Su nombre completo").fill("Luz Ñandú")
        page.get_by_label("Número de teléfono").fill("419 555 0123")
        page.get_by_text("Por la mañana").click()
        page.get_by_role("button", name="Enviar mi solicitud").click()
        expect(page.get_by_role("status")).to_contain_text("Gracias. Tenemos su solicitud.")
        page.get_by_role("link", name="Cambiar mi solicitud").click()
        page.get_by_label("¿Qué quiere decirnos?").fill("Llamen después de las diez.")
        page.get_by_role("button", name="Guardar los cambios").click()
        expect(page.get_by_text("Llamen después de las diez.")).to_be_visible()
        page.get_by_role("button", name="Retirar mi solicitud").click()
        expect(page.get_by_text("No le contactaremos.")).to_be_visible()
        context.close()
        request = ContactRequest.objects.get()
        assert (request.language, request.status) == ("es", "withdrawn")

    def test_asks_with_the_keyboard_alone(self, page: Page) -> None:
        page.goto("/contact/")
        page.locator("#id_topic_1").focus()
        for keys in (" ", "Tab", "Ana Ruiz", "Tab", "(419) 555-0123"):
            page.keyboard.press(keys) if keys in {" ", "Tab"} else page.keyboard.type(keys)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Thank you. We have your request.")

    def test_finds_a_lost_link(self, page: Page) -> None:
        visit_path()
        page.goto("/")
        page.get_by_role("main").get_by_role("link", name="Find it, change it").click()
        page.get_by_label("Mobile number or email address").fill("(419) 555-0123")
        page.get_by_role("button", name="Send me my links").click()
        expect(page.get_by_role("heading", name="Look at your messages")).to_be_visible()

    def test_turns_reminders_off_and_chooses_a_language(self, page: Page) -> None:
        page.goto(agreed_visit_path())
        page.get_by_role("button", name="Turn reminders off").tap()
        expect(page.get_by_text("Reminders are off.")).to_be_visible()
        page.get_by_role("button", name="Change to Español").tap()
        # The page is theirs: it goes on in the language that they chose.
        expect(page.get_by_text("llegan en este idioma: Español")).to_be_visible()
