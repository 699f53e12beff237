"""Closing hours in a browser: time off over visits, a snow day up to a patient's yes, a change of
hours seen before it is saved, and the numbers. Dates are ahead of the real clock."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scheduler.accounts.roles import MANAGER
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from tests.browser.conftest import TOO_WIDE, blocked_by_policy
from tests.browser.factories import FINDLAY
from tests.browser.staff.conftest import PHONE, SCREEN, TABLET, OpenBrowser, is_sound, sign_in
from tests.factories import book, token_of
from tests.open_days import open_day
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
CUT_OFF = "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"


def in_days(days: int, hour: int = 10) -> datetime:
    """So many days ahead, or on the first day after that is open."""
    day = open_day(datetime.now(FINDLAY).date() + timedelta(days=days))
    return datetime.combine(day, time(hour), FINDLAY)


@pytest.fixture
def manager_page(open_browser: OpenBrowser, staffed: Provider) -> Iterator[Page]:
    """A manager with a tablet; the page's policy stops nothing all along."""
    page = sign_in(open_browser(**TABLET).new_page(), make_user(MANAGER))
    blocked = blocked_by_policy(page)
    yield page
    assert blocked == []


# Wherever one scrolls to: the controls that something which stays in place lies over.
COVERED = """() => {
  const found = new Set();
  const stays = (e) => /sticky|fixed/.test(getComputedStyle(e).position);
  const sticks = (e) => e && (stays(e) ? e : sticks(e.parentElement));
  for (let y = 0; y < document.documentElement.scrollHeight; y += 40) {
    scrollTo(0, y);
    for (const one of document.querySelectorAll("main :is(a, button, input, select, summary)")) {
      const box = one.getBoundingClientRect();
      if (!box.width || box.top < 0 || box.bottom > innerHeight) continue;
      const above = document.elementFromPoint(box.left + box.width / 2, box.bottom - 4);
      const cover = above && !one.contains(above) && sticks(above);
      if (cover && !cover.contains(one)) found.add(`${one.id} under ${cover.className}`);
    }
  }
  scrollTo(0, 0);
  return [...found];
}"""


@pytest.mark.parametrize("size", [SCREEN, TABLET], ids=["screen", "tablet"])
def test_nothing_of_the_hours_is_ever_covered(
    manager_page: Page, staffed: Provider, size: dict[str, Any]
) -> None:
    page = manager_page
    page.set_viewport_size(size["viewport"])
    page.goto(f"/staff/setup/hours/{staffed.pk}/")
    button = page.get_by_role("button", name="See what changes")
    expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate(COVERED) == []
    page.get_by_label("To", exact=True).first.fill("14:00")
    button.click()
    expect(page.get_by_role("heading", name="What this changes")).to_be_visible()
    assert page.evaluate(COVERED) == []


@pytest.fixture
def booked(staffed: Provider) -> Callable[[datetime], Appointment]:
    return lambda start: book(start, now=datetime.now(FINDLAY), by="staff", visit_type="follow-up")


def test_time_off_over_a_visit(
    manager_page: Page, booked: Callable[[datetime], Appointment]
) -> None:
    start = in_days(6)
    visit = booked(start)
    page = manager_page
    page.goto("/staff/time-off/")
    is_sound(page)
    page.get_by_role("link", name="Add time off").click()
    page.get_by_label("First day").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("Last day").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("Reason").fill("Conference")
    is_sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="1 booked in that time")).to_be_focused()
    is_sound(page)
    place = page.get_by_label("Where to move").locator("option").nth(0).inner_text()
    page.get_by_role("button", name="Do this and save").click()
    expect(page.get_by_text("The time off is saved.")).to_be_visible()
    expect(page.get_by_role("row", name="Conference")).to_be_visible()
    visit.refresh_from_db()
    moved = visit.starts_at.astimezone(FINDLAY)
    assert moved.date() != start.date()
    assert f"{moved:%a %b} {moved.day}" in place


def test_a_snow_day_from_the_plan_to_a_patients_yes(
    manager_page: Page, open_browser: OpenBrowser, booked: Callable[[datetime], Appointment]
) -> None:
    start = in_days(6)
    visit = booked(start)
    page = manager_page
    page.goto("/staff/time-off/snow/")
    is_sound(page)
    page.get_by_label("Which day?").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("Why?").fill("Snow")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Nobody was told yet.")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name=re.compile("^Call off")).click()
    expect(page.get_by_text("0 of 1 have a new time")).to_be_visible()
    is_sound(page)

    patient = open_browser(viewport={"width": 390, "height": 844}).new_page()
    blocked = blocked_by_policy(patient)
    patient.goto(f"/a/{token_of(visit)}")
    expect(patient.get_by_role("heading", name="We keep a new time for you")).to_be_visible()
    is_sound(patient)
    patient.get_by_role("link", name="Choose another time").click()
    is_sound(patient)
    patient.get_by_role("link", name="Back to your visit").click()
    patient.get_by_role("button", name="Yes, I take this time").click()
    expect(patient.get_by_text("Your visit is at its new time.")).to_be_visible()
    assert blocked == []

    # The board asks by itself.
    expect(page.get_by_text("1 of 1 have a new time")).to_be_visible()
    expect(page.get_by_text("Took the new time")).to_be_visible()
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_hours_are_seen_before_they_are_saved(
    manager_page: Page, staffed: Provider, booked: Callable[[datetime], Appointment]
) -> None:
    start = in_days(6, hour=15)
    booked(start)
    page = manager_page
    page.goto("/staff/setup/")
    is_sound(page)
    page.get_by_role("link", name="Hours of Dana").click()
    row = page.locator("fieldset.hours-row").nth(start.weekday())
    row.get_by_label("To", exact=True).fill("14:00")
    is_sound(page)
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("1 booked visit would stand outside the hours.")).to_be_visible()
    expect(page.get_by_role("heading", name="What this changes")).to_be_focused()
    for button in ("Save this", "See what changes"):
        expect(page.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
    is_sound(page)
    assert staffed.weekly_hours.get(weekday=start.weekday()).closes.hour == 17
    page.get_by_role("button", name="Save this").click()
    expect(page.get_by_role("heading", name="Set-up")).to_be_visible()
    assert staffed.weekly_hours.get(weekday=start.weekday()).closes.hour == 14
    for path in ("/staff/setup/people/", "/staff/setup/visit-types/1/"):
        page.goto(path)
        is_sound(page)


def test_the_numbers(manager_page: Page, booked: Callable[[datetime], Appointment]) -> None:
    visit = booked(in_days(6))
    now = datetime.now(FINDLAY)
    Appointment.objects.filter(pk=visit.pk).update(
        status="no_show",
        starts_at=now - timedelta(days=7),
        ends_at=now - timedelta(days=7, hours=-1),
        busy_start=now - timedelta(days=7),
        busy_end=now - timedelta(days=7, hours=-1),
    )
    page = manager_page
    page.goto("/staff/numbers/")
    expect(page.get_by_text("missed: 1 of 1")).to_be_visible()
    expect(page.get_by_role("img", name="Share of visits that were missed")).to_be_visible()
    is_sound(page)
    page.get_by_text("As a table").click()
    is_sound(page)
    assert page.locator(".outcomes .wide").evaluate_all(CUT_OFF) == []
    page.set_viewport_size(PHONE["viewport"])
    assert page.locator(".outcomes .wide").evaluate_all(CUT_OFF) == []
    assert page.evaluate(TOO_WIDE) == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Get as CSV").click()
    assert download.value.suggested_filename.startswith("numbers-")
