"""The page where the API can be tried, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from scheduler.booking.models import Appointment
from tests.browser.conftest import PHONE_AND_DESK, blocked_by_policy
from tests.factories import make_clinic, make_provider

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_booking_works_as_it_is_filled_in(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    make_clinic()
    make_provider()
    blocked = blocked_by_policy(page)
    strangers: list[str] = []
    page.on(
        "request",
        lambda asked: (
            strangers.append(asked.url)
            if not asked.url.startswith((live_server.url, "data:", "blob:"))
            else None
        ),
    )
    page.set_viewport_size(PHONE_AND_DESK["desk"])
    page.goto("/api/v1/docs")
    booking = page.locator("[id='operations-appointments-api_appointments_book']")
    booking.get_by_role("button").first.click()
    booking.get_by_role("button", name="Try it out").click()
    booking.get_by_role("button", name="Execute").click()
    expect(booking.locator(".live-responses-table .response-col_status").last).to_contain_text(
        "201"
    )
    assert Appointment.objects.get().status == "held"
    assert (blocked, strangers) == ([], [])
