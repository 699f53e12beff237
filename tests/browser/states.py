"""States of pages that take some doing to see: mistakes, lost times, what failed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from scheduler.booking.refusals import NotOffered, SlotTaken
from scheduler.clinic.models import Provider
from scheduler.pages.public import home
from tests.browser.booking import Person
from tests.browser.factories import agreed_visit_path, make_visit, request_path
from tests.factories import book, somebody
from tests.pages.factories import page_of

Act = Callable[[Page, pytest.MonkeyPatch], None]


def contact_mistakes(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto("/contact/")
    page.fill("#id_phone", "12")
    page.fill("#id_email", "ana")
    Person(page).send()


def request_mistakes(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto(request_path() + "/change")
    page.fill("#id_name", "")
    Person(page).send()


def find_mistake(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto("/find/")
    page.fill("#id_address", "my phone")
    Person(page).send()


def change_without_a_time(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto(page_of(make_visit()) + "/change")
    Person(page).send()


def change_to_a_lost_time(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto(page_of(make_visit()) + "/change?with=")
    take_all_providers(page)
    Person(page).time()


def change_with_nobody(page: Page, _patch: pytest.MonkeyPatch) -> None:
    visit = make_visit()
    Provider.objects.update(active=False)
    page.goto(page_of(visit) + "/change")


def reminders_off(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto(agreed_visit_path())
    page.locator("[name=reminders]").click()


def restored(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto(page_of(make_visit()) + "/cancel")
    Person(page).send()
    Person(page).send()


def forbidden(page: Page, _patch: pytest.MonkeyPatch) -> None:
    page.goto("/book/")
    page.context.clear_cookies()
    Person(page).been()


def server_error(page: Page, patch: pytest.MonkeyPatch) -> None:
    patch.delattr(home, "condition_links")
    page.goto("/")


# Each leaves its page in that state.
STATES: dict[str, Act] = {
    "contact mistakes": contact_mistakes,
    "request mistakes": request_mistakes,
    "find mistake": find_mistake,
    "change without a time": change_without_a_time,
    "change to a lost time": change_to_a_lost_time,
    "change with nobody": change_with_nobody,
    "visit without reminders": reminders_off,
    "visit restored": restored,
    "forbidden": forbidden,
    "server error": server_error,
}


def take_all_providers(page: Page, visit_type: str = "new-patient") -> None:
    """The first time that the page offers is given to others, until nobody is free."""
    start = datetime.fromisoformat(str(page.locator(".times input").first.get_attribute("value")))
    for number in range(9):
        try:
            book(start, person=somebody(number), visit_type=visit_type, now=timezone.now())
        except (NotOffered, SlotTaken):
            return
