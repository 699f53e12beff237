"""What the front desk does on the calendar: with a mouse, with keys, by touch, in any zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduler.accounts.roles import DESK
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.clinic.date_format import date_in_words
from scheduler.clinic.models import Provider, VisitType
from tests.browser.conftest import TOO_WIDE, blocked_by_policy, run_axe
from tests.browser.factories import FINDLAY, bring_to_today, next_tuesday
from tests.browser.staff.conftest import PHONE, TABLET, OpenBrowser, sign_in
from tests.factories import STAFF, book, make_provider, somebody
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "element => { const box = element.getBoundingClientRect(); return [box.x, box.y]; }"
SLOT = 28  # Pixels of a quarter of an hour.


@pytest.fixture
def visit(staffed: Provider) -> Appointment:
    """Ana's first visit, on a Tuesday from 10 to 11."""
    VisitType.objects.update(needs=["referral"])
    return book(next_tuesday(), now=datetime.now(UTC))


def day_of(visit: Appointment) -> date:
    return visit.starts_at.astimezone(FINDLAY).date()


def open_day(page: Page, visit: Appointment) -> Locator:
    """The visit on its day."""
    page.goto(f"/staff/?day={day_of(visit)}")
    shown = the_visit(page, visit)
    expect(shown).to_be_visible()
    return shown


def the_visit(page: Page, visit: Appointment) -> Locator:
    return page.locator(f".ec-event[data-id='{visit.reference}']:not(.ec-ghost, .ec-preview)")


def in_words(day: date, clock: str) -> str:
    """What the button of a move says."""
    return f"Move to {date_in_words(day, 'en')}, {clock}"


def start_of(visit: Appointment) -> time:
    found = Appointment.objects.get(pk=visit.pk)
    return found.starts_at.astimezone(FINDLAY).time()


def drag(page: Page, shown: Locator, *, slots: int) -> None:
    """By so many quarters of an hour down, with the mouse."""
    shown.scroll_into_view_if_needed()
    x, y = shown.evaluate(PLACE)
    page.mouse.move(x + 40, y + 10)
    page.mouse.down()
    page.mouse.move(x + 40, y + 10 + slots * SLOT / 2, steps=4)
    page.mouse.move(x + 40, y + 10 + slots * SLOT, steps=4)
    page.mouse.up()


class TestAVisitOnTheCalendar:
    def test_has_words_and_signs_and_no_fault(self, staff_page: Page, visit: Appointment) -> None:
        blocked = blocked_by_policy(staff_page)
        shown = open_day(staff_page, visit)
        for words in ("Ana Ruiz", "Booked", "First visit", "Not ready", "10:00 AM", "Dana"):
            expect(shown).to_contain_text(words)
        assert run_axe(staff_page) == []
        staff_page.get_by_role("button", name="Week").click()
        expect(the_visit(staff_page, visit)).to_be_visible()
        assert run_axe(staff_page) == []
        shown.click()
        expect(staff_page.locator("#panel")).to_contain_text("First visit with Dana")
        assert run_axe(staff_page) == []
        staff_page.get_by_role("link", name="Move…").click()
        expect(staff_page.get_by_role("heading", name="Move Ana Ruiz")).to_be_visible()
        assert run_axe(staff_page) == []
        assert blocked == []

    @pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Honolulu"])
    def test_stands_in_the_clinics_zone(
        self, open_browser: OpenBrowser, visit: Appointment, zone: str
    ) -> None:
        page = sign_in(open_browser(timezone_id=zone).new_page(), make_user(DESK))
        today = datetime.now(FINDLAY)
        page.goto(f"/staff/?day={today.date()}")
        expect(page.locator("h1")).to_have_text(f"{today:%A}, {today:%B} {today.day}, {today.year}")
        expect(page.locator(".ec-body .ec-day.ec-today").first).to_be_attached()
        shown = open_day(page, visit)
        expect(shown).to_contain_text("10:00 AM")
        ten = page.locator(".ec-sidebar time", has_text="10:00 AM").bounding_box()
        box = shown.bounding_box()
        assert ten
        assert box
        assert abs(box["y"] - (ten["y"] + ten["height"] / 2)) < SLOT / 2
        with page.expect_request("**/staff/book/**") as asked:
            page.mouse.click(box["x"] + 40, box["y"] + 4 * SLOT + 10)
        assert f"start={day_of(visit)}T11%3A00&provider=dana" in asked.value.url

    def test_follows_by_itself_what_others_do(self, staff_page: Page, visit: Appointment) -> None:
        shown = open_day(staff_page, visit)
        shown.focus()
        now = datetime.now(UTC)
        reschedule(visit.pk, visit.starts_at + timedelta(hours=2), by=STAFF, now=now)
        expect(the_visit(staff_page, visit)).to_contain_text("12:00 PM")
        expect(the_visit(staff_page, visit)).to_be_focused()


class TestTheDay:
    def test_is_in_the_address(self, staff_page: Page, visit: Appointment) -> None:
        open_day(staff_page, visit)
        staff_page.keyboard.press("ArrowRight")
        expect(the_visit(staff_page, visit)).to_be_hidden()
        assert f"day={day_of(visit) + timedelta(days=1)}" in staff_page.url
        staff_page.go_back()
        expect(the_visit(staff_page, visit)).to_be_visible()
        staff_page.keyboard.press("w")
        staff_page.reload()
        expect(staff_page.get_by_role("button", name="Week")).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(the_visit(staff_page, visit)).to_be_visible()
        staff_page.keyboard.press("?")
        expect(staff_page.get_by_role("heading", name="Keys")).to_be_visible()

    def test_can_be_one_providers_week_or_the_rooms(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        make_provider("erin")
        open_day(staff_page, visit)
        staff_page.get_by_label("Columns").select_option("erin")
        expect(the_visit(staff_page, visit)).to_be_hidden()
        staff_page.get_by_label("Columns").select_option("Rooms")
        expect(the_visit(staff_page, visit)).to_be_visible()
        assert "by=room" in staff_page.url

    def test_is_one_of_three_in_view_in_a_week_with_times(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        for number in range(3):
            make_provider(f"provider-{number}")
        staff_page.goto(f"/staff/?view=week&day={day_of(visit)}")
        expect(the_visit(staff_page, visit).locator(".visit-time")).to_be_visible()
        for number in range(3):
            expect(staff_page.locator(".ec-col-group").nth(number)).to_be_in_viewport(ratio=1)
        assert run_axe(staff_page) == []

    def test_opens_a_booking_for_a_patient(self, staff_page: Page, visit: Appointment) -> None:
        with staff_page.expect_request("**/staff/book/?patient=7"):
            staff_page.goto("/staff/?book=7")


class TestDragging:
    def test_moves_after_asking_and_can_be_undone(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        drag(staff_page, open_day(staff_page, visit), slots=4)
        asks = staff_page.locator("#move-ask")
        expect(asks).to_contain_text("11:00 AM")
        asks.get_by_text("Tell the patient").click()
        asks.get_by_role("button", name="Move it").click()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at 11:00 AM")
        assert start_of(visit) == time(11)
        assert not visit.messages.filter(kind="moved").exists()
        expect(the_visit(staff_page, visit)).to_contain_text("11:00 AM")
        staff_page.get_by_role("button", name="Undo").click()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at 10:00 AM")
        expect(the_visit(staff_page, visit)).to_contain_text("10:00 AM")
        assert start_of(visit) == time(10)

    def test_is_given_up_without_harm(self, staff_page: Page, visit: Appointment) -> None:
        drag(staff_page, open_day(staff_page, visit), slots=4)
        staff_page.get_by_role("button", name="Put it back").click()
        expect(the_visit(staff_page, visit)).to_contain_text("10:00 AM")
        assert start_of(visit) == time(10)

    def test_snaps_back_where_it_is_refused_and_says_why(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        eleven = visit.starts_at + timedelta(hours=1)
        book(eleven, now=datetime.now(UTC), person=somebody(1))
        before = open_day(staff_page, visit).evaluate(PLACE)
        drag(staff_page, the_visit(staff_page, visit), slots=4)
        staff_page.get_by_role("button", name="Move it").click()
        refused = staff_page.locator("#move-refused")
        expect(refused).to_contain_text("Somebody else has that time.")
        assert the_visit(staff_page, visit).evaluate(PLACE) == before
        assert start_of(visit) == time(10)
        refused.get_by_role("button", name="12:00 PM").click()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at 12:00 PM")
        assert start_of(visit) == time(12)

    def test_works_by_a_long_touch_on_a_tablet(
        self, open_browser: OpenBrowser, visit: Appointment
    ) -> None:
        page = sign_in(open_browser(**TABLET).new_page(), make_user(DESK))
        shown = open_day(page, visit)
        assert page.evaluate(TOO_WIDE) == 0
        shown.tap()
        expect(page.locator("#panel")).to_contain_text("Ana Ruiz")
        page.keyboard.press("Escape")
        x, y = shown.evaluate(PLACE)
        touch = page.context.new_cdp_session(page)

        def finger(kind: str, below: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x + 40, "y": y + 10 + below}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        finger("touchStart", 0)
        expect(page.locator(".ec-preview")).to_be_attached()
        for quarter in range(1, 5):
            finger("touchMove", quarter * SLOT)
        finger("touchEnd", 0)
        page.get_by_role("button", name="Move it").tap()
        expect(page.locator("#toast")).to_contain_text("Ana Ruiz is at 11:00 AM")
        assert start_of(visit) == time(11)


class TestByKeyboard:
    def test_a_visit_is_moved(self, staff_page: Page, visit: Appointment) -> None:
        open_day(staff_page, visit).focus()
        keys = staff_page.keyboard
        keys.press("m")
        expect(staff_page.get_by_label("Day", exact=True).last).to_be_focused()
        keys.press("Enter")
        expect(staff_page.locator("#panel [type=radio]:focus")).to_be_attached()
        keys.press("ArrowRight")
        keys.press("Enter")
        expect(staff_page.locator("#panel")).to_be_hidden()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at")
        assert start_of(visit) != time(10)

    def test_a_visit_goes_to_the_day_that_the_dialog_shows(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        wednesday = day_of(visit) + timedelta(days=1)
        open_day(staff_page, visit).focus()
        staff_page.keyboard.press("m")
        panel = staff_page.locator("#panel")
        panel.get_by_label("11:00 AM", exact=True).check()
        expect(
            panel.get_by_role("button", name=in_words(day_of(visit), "11:00 AM"))
        ).to_be_visible()
        panel.get_by_label("Day", exact=True).fill(wednesday.isoformat())
        expect(panel.get_by_role("group")).to_have_accessible_name(
            f"Free on {date_in_words(wednesday, 'en')}"
        )
        expect(panel.get_by_role("button", name="Move it")).to_be_visible()
        expect(panel.get_by_label("Day", exact=True)).to_be_focused()
        panel.get_by_label("10:00 AM", exact=True).check()
        panel.get_by_role("button", name=in_words(wednesday, "10:00 AM")).click()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at 10:00 AM")
        moved = Appointment.objects.get(pk=visit.pk)
        assert moved.starts_at == visit.starts_at + timedelta(days=1)

    def test_a_time_typed_is_the_one_the_button_names(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        open_day(staff_page, visit).focus()
        staff_page.keyboard.press("m")
        panel = staff_page.locator("#panel")
        panel.get_by_label("11:00 AM", exact=True).check()
        panel.get_by_label("Or another time that day").fill("14:05")
        panel.get_by_role("button", name=in_words(day_of(visit), "2:05 PM")).click()
        expect(staff_page.locator("#toast")).to_contain_text("Ana Ruiz is at 2:05 PM")
        assert start_of(visit) == time(14, 5)

    def test_without_a_script_an_old_days_time_is_refused(
        self, open_browser: OpenBrowser, visit: Appointment
    ) -> None:
        without = open_browser(java_script_enabled=False).new_page()
        page = sign_in(without, make_user(DESK))
        page.goto(f"/staff/appointments/{visit.reference}/move")
        wednesday = day_of(visit) + timedelta(days=1)
        page.get_by_label("Day", exact=True).fill(wednesday.isoformat())
        page.get_by_label("11:00 AM", exact=True).check()
        page.get_by_role("button", name="Move it").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "Choose a time of it. Nothing was changed."
        )
        expect(page.get_by_text(f"Free on {date_in_words(wednesday, 'en')}")).to_be_visible()
        assert start_of(visit) == time(10)

    def test_a_patient_is_here_and_is_not_after_all(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        today = datetime.now(FINDLAY)
        bring_to_today(visit, today.replace(hour=10, minute=0, second=0, microsecond=0))
        open_day(staff_page, visit).focus()
        staff_page.keyboard.press("a")
        expect(the_visit(staff_page, visit)).to_contain_text("Here 0 min")
        staff_page.get_by_role("button", name="Undo").click()
        expect(the_visit(staff_page, visit)).to_contain_text("Booked")

    def test_a_visit_on_top_of_another_needs_a_reason(
        self, staff_page: Page, visit: Appointment
    ) -> None:
        eleven = visit.starts_at + timedelta(hours=1)
        book(eleven, now=datetime.now(UTC), person=somebody(1))
        open_day(staff_page, visit).focus()
        staff_page.keyboard.press("m")
        panel = staff_page.locator("#panel")
        panel.get_by_label("Or another time that day").fill("11:00")
        panel.get_by_role("button", name="11:00 AM").click()
        expect(panel.get_by_role("alert")).to_contain_text("Somebody else has that time.")
        panel.get_by_label("Takes only a moment").check()
        panel.get_by_role("button", name="11:00 AM").click()
        expect(the_visit(staff_page, visit)).to_contain_text("On top of another")
        assert Appointment.objects.get(pk=visit.pk).overbook_reason == "Takes only a moment"


class TestANarrowScreen:
    def test_scrolls_the_columns_and_not_the_page(
        self, open_browser: OpenBrowser, visit: Appointment
    ) -> None:
        for number in range(3):
            make_provider(f"provider-{number}")
        page = sign_in(open_browser(**PHONE).new_page(), make_user(DESK))
        open_day(page, visit)
        assert page.evaluate(TOO_WIDE) == 0
        inner = "e => e.scrollWidth > e.clientWidth"
        assert page.locator(".ec-main").evaluate(inner)
        frame = page.locator(".ec").bounding_box()
        assert frame
        assert frame["y"] < PHONE["viewport"]["height"] / 4

    @pytest.mark.usefixtures("staffed")
    def test_folds_the_menu_which_opens_without_a_script(self, open_browser: OpenBrowser) -> None:
        without = open_browser(java_script_enabled=False, **PHONE)
        page = sign_in(without.new_page(), make_user(DESK))
        page.goto("/staff/day/")
        expect(page.get_by_role("navigation", name="Staff")).to_be_hidden()
        page.get_by_text("Menu: Today").focus()
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="Patients", exact=True)
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44
        link.click()
        expect(page.get_by_text("Menu: Patients")).to_be_visible()
