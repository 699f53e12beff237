"""The editor of reminders in a real browser: in order at each size, and by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from scheduler.accounts.roles import MANAGER
from scheduler.clinic.models import Provider, ReminderRule, VisitType
from tests.browser.staff.conftest import OpenBrowser, sign_in
from tests.browser.staff.test_patients import look
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/staff/setup/reminders/"


@pytest.fixture
def page(open_browser: OpenBrowser, staffed: Provider) -> Page:
    return sign_in(open_browser().new_page(), make_user(MANAGER))


def test_are_in_order_right_and_wrong(page: Page) -> None:
    one = VisitType.objects.get(slug="new-patient")
    for path in ("/staff/setup/", PATH, f"{PATH}{one.pk}/"):
        page.goto(path)
        look(page)
    page.goto(PATH)
    page.get_by_label("Time of day").first.fill("03:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Reminders leave from 9:00 AM until 7:00 PM")).to_be_visible()
    look(page)


def test_are_changed_by_keys_alone(page: Page) -> None:
    page.goto(PATH)
    page.get_by_label("How many").first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    _tab_to(page, "See what goes out")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("listitem").filter(has_text="A reminder (5 days before)")
    ).to_have_count(2)
    assert not ReminderRule.objects.filter(name="5-days").exists()
    page.get_by_label("How many").first.focus()
    _tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Reminders of coming visits follow")).to_be_visible()
    assert ReminderRule.objects.get(name="5-days").by_mail


def _tab_to(page: Page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == words:
            return
    raise AssertionError(f"{words} is not reached by keys")
