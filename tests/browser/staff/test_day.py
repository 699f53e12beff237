"""The day in a real browser: one tap on, what others do, on a phone, on paper."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scheduler.accounts.roles import DESK
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from tests.browser.conftest import TOO_WIDE, blocked_by_policy, run_axe
from tests.browser.factories import FINDLAY, bring_to_today, next_tuesday
from tests.browser.staff.conftest import PHONE, TABLET, OpenBrowser, sign_in
from tests.factories import book, somebody
from tests.staff import make_clinician, make_user

# The board itself, as it is asked for each second.
IS_BOARD = re.compile(r"/staff/day/(\?|$)")


def visit(hour: int, number: int = 1) -> Appointment:
    """Somebody's first visit with Dana on that Tuesday."""
    start, now = next_tuesday(at=time(hour)), datetime.now(UTC)
    return book(start, now=now, person=somebody(number), provider="dana")


def that_tuesday() -> str:
    return next_tuesday().astimezone(FINDLAY).date().isoformat()


def board_of_the_visit() -> str:
    """Named, since on a closed day the board opens on another."""
    return f"/staff/day/?day={Appointment.objects.get().starts_at.astimezone(FINDLAY).date()}"


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=re.compile(f"^{name} "))


@pytest.fixture
def board(staff_page: Page) -> Iterator[Page]:
    """Today's board, with a visit that has just begun; it must not break its policy."""
    now = datetime.now(UTC)
    midnight = datetime.combine(now.astimezone(FINDLAY), time(0), FINDLAY).astimezone(UTC)
    bring_to_today(visit(10), max(midnight, now - timedelta(minutes=5)))
    blocked = blocked_by_policy(staff_page)
    staff_page.goto(board_of_the_visit())
    yield staff_page
    assert blocked == []


class TestTheBoard:
    def test_takes_one_tap_to_the_next_column_and_the_focus_goes_along(self, board: Page) -> None:
        for button, name in [("Arrived", "Arrived"), ("In room", "In room"), ("Done", "Done")]:
            board.get_by_role("button", name=f"{button} Person ab").click()
            expect(column(board, name)).to_contain_text("Person ab")
            expect(board.locator(".day-steps button:focus")).to_have_count(1)
        expect(board.locator("#toast")).to_have_text("Person ab: done.")
        board.keyboard.press("Enter")
        expect(column(board, "In room")).to_contain_text("Person ab")
        assert Appointment.objects.get().status == "in_room"
        assert run_axe(board) == []

    def test_says_what_became_of_a_tap_although_the_board_came_anew_meanwhile(
        self, board: Page
    ) -> None:
        def answer_late(route: Route) -> None:
            answer = route.fetch()
            with board.expect_response(IS_BOARD):
                Appointment.objects.update(interpreter="Spanish")
            route.fulfill(response=answer)

        board.route(re.compile("/step/"), answer_late)
        board.get_by_role("button", name="Arrived Person ab").click()
        expect(board.locator("#toast")).to_contain_text("Person ab:")
        expect(column(board, "Arrived")).to_contain_text("Person ab")
        expect(column(board, "Arrived")).to_contain_text("Spanish")

    def test_takes_a_slow_tap_although_something_changes_meanwhile(self, board: Page) -> None:
        board.get_by_role("button", name="Arrived Person ab").hover()
        board.mouse.down()
        with board.expect_response(IS_BOARD):
            Appointment.objects.update(interpreter="Spanish")
        board.wait_for_timeout(500)
        board.mouse.up()
        expect(column(board, "Arrived")).to_contain_text("Person ab")
        expect(column(board, "Arrived")).to_contain_text("Spanish")

    def test_shows_by_itself_what_somebody_else_does(
        self, board: Page, open_browser: OpenBrowser
    ) -> None:
        other = sign_in(open_browser(**TABLET).new_page(), make_user(DESK, "other"))
        other.goto(board_of_the_visit())
        assert run_axe(other) == []
        assert other.evaluate(TOO_WIDE) == 0
        other.get_by_role("button", name="Arrived Person ab").tap()
        expect(column(other, "Arrived")).to_contain_text("Person ab")
        expect(column(board, "Arrived")).to_contain_text("Person ab")

    def test_keeps_five_columns_side_by_side_on_a_tablet_each_where_it_was_scrolled_to(
        self, open_browser: OpenBrowser, staffed: Provider
    ) -> None:
        page = sign_in(open_browser(**TABLET).new_page(), make_user(DESK))
        visits = [visit(hour, number) for number, hour in enumerate((9, 10, 11, 14, 15), start=1)]
        page.goto(f"/staff/day/?day={that_tuesday()}")
        places = [one.bounding_box() for one in page.locator(".day-column").all()]
        assert len({box["y"] for box in places if box}) == 1
        expected = column(page, "Expected")
        expected.evaluate("e => { e.scrollTop = 60; }")
        Appointment.objects.filter(pk=visits[0].pk).update(
            status="arrived", arrived_at=datetime.now(UTC)
        )
        expect(column(page, "Arrived")).to_contain_text("Person ab")
        assert expected.evaluate("e => e.scrollTop") == 60

    def test_heads_what_is_stacked_on_a_phone_with_counts(
        self, open_browser: OpenBrowser, board: Page
    ) -> None:
        page = sign_in(open_browser(**PHONE).new_page(), make_user(DESK, "other"))
        page.goto(board_of_the_visit())
        page.get_by_role("link", name="1 Expected").click()
        expect(column(page, "Expected")).to_be_in_viewport()
        assert page.evaluate(TOO_WIDE) == 0
        assert run_axe(page) == []

    def test_says_that_a_provider_runs_late(self, board: Page) -> None:
        board.goto(board_of_the_visit())
        board.get_by_role("link", name=re.compile("^On time")).click()
        board.get_by_role("link", name="30 min").click()
        tell = board.get_by_role("button", name="30 min late")
        tell.wait_for()
        assert run_axe(board) == []
        tell.click()
        expect(board.get_by_role("dialog")).to_have_count(0)
        expect(board.get_by_role("link", name=re.compile("^30 min late"))).to_be_visible()

    def test_goes_on_with_what_is_not_ready(self, board: Page) -> None:
        board.get_by_role("link", name=re.compile("^Not ready")).click()
        panel = board.get_by_role("dialog")
        for item in ("Referral", "Records and imaging", "Insurance"):
            received = panel.get_by_role("group", name=item).get_by_role("button", name="Received")
            received.click()
            expect(received).to_have_attribute("aria-pressed", "true")
        assert run_axe(board) == []
        board.get_by_role("button", name="Close").click()
        expect(column(board, "Expected")).not_to_contain_text("Not ready")


class TestTheReadyList:
    def test_takes_one_tap_for_each_thing(self, staff_page: Page) -> None:
        bring_to_today(visit(10), datetime.now(UTC) + timedelta(minutes=30))
        blocked = blocked_by_policy(staff_page)
        staff_page.goto("/staff/ready/")
        assert run_axe(staff_page) == []
        staff_page.get_by_role("button", name="Asked for Referral, Person ab").click()
        expect(staff_page.get_by_text("Referral: asked for", exact=True)).to_be_visible()
        for item in ("Referral", "Records and imaging", "Insurance"):
            staff_page.get_by_role("button", name=f"Received {item}, Person ab").click()
            expect(staff_page.get_by_text(f"{item}: needed")).to_have_count(0)
        expect(staff_page.get_by_text("Everybody who comes is ready.")).to_be_visible()
        assert blocked == []


class TestMyDay:
    def test_fits_a_phone(self, open_browser: OpenBrowser, staffed: Provider) -> None:
        page = sign_in(open_browser(**PHONE).new_page(), make_clinician(staffed))
        blocked = blocked_by_policy(page)
        visit(10)
        visit(11, 2)
        page.goto(f"/staff/my-day/?day={that_tuesday()}")
        expect(page.locator(".own-visit h2").first).to_have_text("Person ab")
        assert page.evaluate(TOO_WIDE) == 0
        assert run_axe(page) == []
        assert blocked == []


class TestTheSheet:
    def test_prints_a_page_for_each_provider_however_long_the_day(self, staff_page: Page) -> None:
        last = visit(9)
        many = [last, visit(10, 2)]
        for number in range(3, 33):
            start = last.starts_at + timedelta(minutes=20 * number)
            many.append(copy_of(last, number, start))
        other = Provider.objects.create(slug="erin", name="Erin")
        Appointment.objects.filter(pk=many[1].pk).update(provider=other)
        staff_page.goto(f"/staff/day/sheet/?day={that_tuesday()}")
        assert len(staff_page.locator(".day-sheet tbody tr").all()) == len(many)
        printed = staff_page.pdf(format="Letter")
        assert re.findall(rb"/Count (\d+)", printed) == [b"2"]


def copy_of(appointment: Appointment, number: int, start: datetime) -> Appointment:
    """The same visit at another time, squeezed in."""
    end = start + timedelta(minutes=20)
    return Appointment.objects.create(
        reference=f"COPY{number:04d}",
        visit_type=appointment.visit_type,
        provider=appointment.provider,
        patient=appointment.patient,
        contact=appointment.contact,
        status="booked",
        starts_at=start,
        ends_at=end,
        busy_start=start,
        busy_end=end,
        overbook_reason="A full day",
        interpreter="American Sign Language",
        created_at=appointment.created_at,
    )
