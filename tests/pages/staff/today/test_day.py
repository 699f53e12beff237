"""The day's board: who stands where, one tap on, and what the day leaves unsettled."""

from datetime import timedelta
from typing import cast

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scheduler.accounts.roles import DESK
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.closures.models import ProviderDelay
from scheduler.messaging.models import Message
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, at, book, somebody
from tests.pages.reading import soup, words_of
from tests.pages.staff.visits import DAY, arrived, patient_of, visit
from tests.staff import HTMX, make_user, signed_in

pytestmark = pytest.mark.django_db
BOARD = "/staff/day/"


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(
        "scheduler.pages.staff.today.running_late.nudge", lambda: found.append("late")
    )
    return found


def columns(answer: HttpResponse) -> dict[str, list[str]]:
    """The names in each column that has any."""
    found = {
        str(column.h2.get_text().split()[0]): [name.get_text() for name in column.select("h3")]
        for column in soup(answer).select(".day-column")
        if column.h2
    }
    return {column: names for column, names in found.items() if names}


def card(answer: HttpResponse, name: str = "Person ab") -> str:
    """The words of somebody's card."""
    for found in soup(answer).select(".day-card"):
        if name in found.get_text():
            return " ".join(found.get_text(" ").split())
    raise AssertionError(name)


def step(client: Client, appointment: Appointment, to: str, **changes: object) -> HttpResponse:
    form = {"to": to, "version": appointment.version, **changes}
    return cast(
        HttpResponse, client.post(f"/staff/day/{appointment.reference}/step/", form, **HTMX)
    )


class TestTheBoard:
    def test_has_a_column_for_each_step_of_the_day(self, desk: Client) -> None:
        for number, status in enumerate(
            ["booked", "confirmed", "arrived", "in_room", "completed", "no_show", "cancelled"]
        ):
            visit(f"{9 + number}:00".zfill(5), number, status=status)
        assert columns(desk.get(BOARD)) == {
            "Expected": ["Person aa", "Person ab"],
            "Arrived": ["Person ac"],
            "In": ["Person ad"],
            "Done": ["Person ae"],
            "Missed": ["Person af"],
        }

    def test_says_what_the_desk_has_to_know(self, desk: Client) -> None:
        appointment = visit(
            "11:00",
            status="confirmed",
            confirmed_at=NOW,
            confirmed_via="text",
            interpreter="Spanish",
            overbook_reason="In great need",
        )
        Message.objects.filter(appointment=appointment, kind="confirmation").update(status="failed")
        said = card(desk.get(BOARD))
        for fact in (
            "11:00 AM",
            "First visit",
            "First visit, Dana",
            "Not ready Referral, Records and imaging, Insurance",
            "Interpreter: Spanish",
            "Confirmed by text",
            "Message trouble",
            "Overbooked",
            "(419) 555-1001",
        ):
            assert fact in said
        assert 'href="tel:+14195551001"' in desk.get(BOARD).content.decode()

    def test_forgets_trouble_that_somebody_dealt_with(self, desk: Client) -> None:
        appointment = visit("11:00")
        message = appointment.messages.filter(kind="confirmation")[0]
        Message.objects.filter(pk=message.pk).update(status="failed")
        StaffTask.objects.create(kind="message", message=message, created_at=NOW, done_at=NOW)
        assert "Message trouble" not in card(desk.get(BOARD))

    def test_counts_the_minutes_in_the_lobby_and_in_the_room(self, desk: Client) -> None:
        arrived("10:00", came="09:48")
        visit("11:00", 2, status="in_room", in_room_at=NOW - timedelta(minutes=7))
        answer = desk.get(BOARD)
        assert "12 min waiting" in card(answer)
        assert "7 min in the room" in card(answer, "Person ac")
        assert soup(answer).select_one("[data-waiting]")["data-waiting"] == "720"

    def test_shows_another_day_and_one_provider(self, desk: Client) -> None:
        visit("11:00")
        Provider.objects.create(slug="erin", name="Erin").visit_types.set(VisitType.objects.all())
        assert columns(desk.get(f"{BOARD}?provider=erin")) == {}
        assert columns(desk.get(f"{BOARD}?provider=dana")) == {"Expected": ["Person ab"]}
        assert columns(desk.get(f"{BOARD}?day=2026-11-17")) == {}
        assert columns(desk.get(f"{BOARD}?day=nonsense")) == {"Expected": ["Person ab"]}

    def test_answers_the_columns_alone_where_a_script_asks(self, desk: Client) -> None:
        visit("11:00")
        answer = desk.get(BOARD, **HTMX)
        assert columns(answer) == {"Expected": ["Person ab"]}
        assert "<html" not in answer.content.decode()

    def test_notes_whom_it_showed(self, desk: Client) -> None:
        appointment = visit("11:00")
        desk.get(BOARD)
        event = AccessEvent.objects.get()
        assert (event.route, event.patients) == ("staff/day/", [appointment.patient_id])

    def test_is_looked_at_by_who_may_see_the_calendar(
        self, desk: Client, manager: Client, clinician: Client
    ) -> None:
        assert manager.get(BOARD).status_code == 200
        assert clinician.get(BOARD).status_code == 403
        assert Client().get(BOARD).status_code == 302

    def test_takes_the_same_queries_for_one_visit_and_for_ten(
        self, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        ProviderDelay.objects.create(
            provider=Provider.objects.get(slug="dana"),
            minutes=15,
            since=NOW,
            until=at("2026-11-17 00:00"),
            by=make_user(DESK, "other"),
        )
        visit("09:00")
        desk.get(BOARD, **HTMX)
        with django_assert_num_queries(QUERIES):
            desk.get(BOARD, **HTMX)
        for number in range(2, 9):
            visit(f"{8 + number}:00".zfill(5), number)
        with django_assert_num_queries(QUERIES):
            desk.get(BOARD, **HTMX)


# Session, user, rights, clinic, closed days, version, delays, visits, ticks, providers, and
# the audit log.
QUERIES = 11


class TestOneTap:
    def test_takes_the_next_step(self, desk: Client) -> None:
        appointment = visit("10:00")
        answer = step(desk, appointment, "arrived")
        assert answer.status_code == 204
        assert '"Person ab: arrived."' in answer["HX-Trigger"]
        assert "changed" in answer["HX-Trigger"]
        assert columns(desk.get(BOARD)) == {"Arrived": ["Person ab"]}
        appointment.refresh_from_db()
        assert appointment.arrived_at == NOW

    def test_goes_all_the_way_and_back(self, desk: Client) -> None:
        appointment = visit("10:00")
        for to in ["arrived", "in_room", "completed", "in_room", "arrived", "booked", "no_show"]:
            assert step(desk, appointment, to).status_code == 204
            appointment.refresh_from_db()
            assert appointment.status == to

    def test_offers_the_next_visit_to_who_is_done(self, desk: Client) -> None:
        visit("09:00", status="completed")
        assert "Next visit in" in card(desk.get(BOARD))

    def test_is_refused_with_a_word_where_somebody_was_quicker(self, desk: Client) -> None:
        appointment = visit("10:00")
        assert step(desk, appointment, "no_show").status_code == 204
        late = step(desk, appointment, "arrived")
        assert late.status_code == 409
        assert "Somebody else has just changed this visit" in late["HX-Trigger"]
        appointment.refresh_from_db()
        assert appointment.status == "no_show"

    def test_is_refused_where_the_time_is_taken(self, desk: Client) -> None:
        appointment = visit("11:00", status="no_show")
        book(at(f"{DAY} 11:00"), now=at("2026-11-09 10:00"), person=somebody(2), provider="dana")
        answer = step(desk, appointment, "arrived")
        assert answer.status_code == 409
        assert "Somebody else has that time" in answer["HX-Trigger"]

    @pytest.mark.parametrize("change", [{"to": "held"}, {"to": "cancelled"}, {"version": "x"}])
    def test_takes_no_other_steps(self, desk: Client, change: dict[str, str]) -> None:
        appointment = visit("10:00")
        form = {"to": "arrived", "version": appointment.version, **change}
        path = f"/staff/day/{appointment.reference}/step/"
        assert desk.post(path, form).status_code == 400

    def test_is_for_who_may_book(self, desk: Client, clinician: Client) -> None:
        appointment = visit("10:00")
        assert step(clinician, appointment, "arrived").status_code == 403
        assert step(Client(), appointment, "arrived").status_code == 401
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(make_user(DESK, "other"))
        assert step(strict, appointment, "arrived").status_code == 403
        appointment.refresh_from_db()
        assert appointment.status == "booked"


class TestFifteenMinutesLate:
    def test_asks_and_decides_nothing(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        appointment = visit("10:00")
        at_a_fixed_time.move_to(NOW + timedelta(minutes=14, seconds=59))
        before = desk.get(BOARD)
        assert "15 minutes late" not in card(before)
        assert soup(before).select_one("[data-asks-in]")["data-asks-in"] == "1"
        at_a_fixed_time.move_to(NOW + timedelta(minutes=15))
        answer = desk.get(BOARD)
        said = card(answer)
        assert "15 minutes late, and not here" in said
        for choice in ("See", "Move", "Missed"):
            assert choice in said
        move = soup(answer).select_one(".day-steps [data-panel]")
        assert move is not None
        assert move["href"] == f"/staff/appointments/{appointment.reference}/move"
        assert desk.get(str(move["href"]), **HTMX).status_code == 200
        appointment.refresh_from_db()
        assert appointment.status == "booked"

    def test_does_not_call_anybody_missed_before_their_time(self, desk: Client) -> None:
        visit("10:30")
        assert "Missed" not in card(desk.get(BOARD))


class TestNews:
    def test_is_a_new_version_once_somebody_changed_something(self, desk: Client) -> None:
        appointment = visit("10:00")
        board = soup(desk.get(BOARD))
        seen = board.select_one("#seen")["value"]
        path = f"/staff/day/version/?seen={seen}"
        assert board.select_one("[hx-get='/staff/day/version/']")["hx-trigger"] == "every 1s"
        assert desk.get(path, headers={"X-Poll": "1"}).status_code == 204
        step(signed_in(make_user(DESK, "other")), appointment, "arrived")
        news = desk.get(path, headers={"X-Poll": "1"})
        assert (news.status_code, news["HX-Trigger"]) == (200, '{"changed": ""}')
        assert news.content.decode() != seen

    def test_shows_nobody(self, desk: Client) -> None:
        visit("10:00")
        desk.get("/staff/day/version/")
        assert not AccessEvent.objects.exists()


class TestRunningLate:
    LATE = "/staff/day/late/dana/"

    def test_previews_who_would_be_told(self, desk: Client) -> None:
        visit("10:30", 1)
        visit("11:30", 2)
        answer = desk.get(f"{self.LATE}?minutes=30")
        said = words_of(answer)
        assert "10:30 AM Person ab , by text" in said
        assert "30 min late: tell 2 patients" in said
        assert not Message.objects.filter(kind="late-30").exists()
        assert not ProviderDelay.objects.exists()

    def test_tells_them_once(self, desk: Client, nudged: list[str]) -> None:
        visit("10:30", 1)
        answer = desk.post(self.LATE, {"minutes": "30"})
        assert "Told: 1." in answer["HX-Trigger"]
        assert "closePanel" in answer["HX-Trigger"]
        assert Message.objects.filter(kind="late-30").count() == 1
        assert nudged == ["late"]
        board = desk.get(BOARD)
        assert "Running 30 min late" in card(board)
        assert "30 min late" in words_of(board)
        assert "Nobody had to be told" in desk.post(self.LATE, {"minutes": "30"})["HX-Trigger"]
        assert "Person ab: told 30 min" in words_of(desk.get(f"{self.LATE}?minutes=15"))

    def test_names_who_must_be_called(self, desk: Client) -> None:
        appointment = visit("10:30", 1)
        Appointment.objects.filter(pk=appointment.pk).update(contact=None)
        said = words_of(desk.get(self.LATE))
        assert "Please call" in said
        assert "10:30 AM Person ab , (419) 555-1001" in said

    def test_ends_with_a_tap(self, desk: Client) -> None:
        visit("10:30", 1)
        desk.post(self.LATE, {"minutes": "30"})
        assert desk.post(f"{self.LATE}over/").status_code == 204
        assert "Running" not in card(desk.get(BOARD))

    @pytest.mark.parametrize("minutes", ["20", "", "x"])
    def test_knows_no_other_lengths(self, desk: Client, minutes: str) -> None:
        assert desk.post(self.LATE, {"minutes": minutes}).status_code == 404

    def test_is_for_who_may_book(self, clinician: Client) -> None:
        assert clinician.get(self.LATE).status_code == 403
        assert clinician.post(self.LATE, {"minutes": "30"}).status_code == 403
        assert clinician.post(f"{self.LATE}over/").status_code == 403


class TestClosingTheDay:
    CLOSE = "/staff/day/close/"

    def test_lists_what_is_unsettled(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visit("10:00", 1)
        arrived("11:00", 2, came="10:55")
        visit("13:00", 3, status="completed")
        visit("16:00", 4)
        StaffTask.objects.create(kind="late-change", created_at=NOW)
        at_a_fixed_time.move_to(at(f"{DAY} 15:00"))
        client = signed_in(make_user(DESK, "other"))
        said = words_of(client.get(self.CLOSE))
        assert "Expected, and not here 1" in said
        assert "Here, and not finished 1" in said
        assert "Person ad" not in said
        assert "1 still to come" in said
        assert "A visit was moved or canceled late" in said
        assert "Missed Person ab" in said
        assert "In room Person ac" in said

    def test_says_when_all_is_settled(self, desk: Client) -> None:
        visit("10:00", 1, status="completed")
        assert "Everything is settled" in words_of(desk.get(self.CLOSE))

    def test_reminds_of_earlier_days(self, desk: Client) -> None:
        appointment = visit("10:00", 1)
        Appointment.objects.filter(pk=appointment.pk).update(
            starts_at=at("2026-11-12 10:00"),
            ends_at=at("2026-11-12 11:00"),
            busy_start=at("2026-11-12 10:00"),
            busy_end=at("2026-11-12 11:00"),
        )
        answer = desk.get(self.CLOSE)
        assert "Thu, Nov 12 : 1" in words_of(answer)
        assert 'href="?day=2026-11-12"' in answer.content.decode()


class TestTheSheet:
    SHEET = "/staff/day/sheet/"

    def test_has_a_page_for_each_provider_and_names_no_condition(self, desk: Client) -> None:
        appointment = visit("10:00", 1, note="pain in the back", interpreter="Spanish")
        assert appointment.condition_id is None
        erin = Provider.objects.create(slug="erin", name="Erin", credentials="DO")
        other = visit("12:00", 2)
        Appointment.objects.filter(pk=other.pk).update(provider=erin)
        answer = desk.get(self.SHEET)
        pages = soup(answer).select(".day-sheet")
        assert [page.h2.get_text().split(" ")[0] for page in pages if page.h2] == ["Dana", "Erin,"]
        said = words_of(answer)
        assert "10:00 AM Person ab" in said
        assert "Interpreter: Spanish." in said
        assert "pain" not in said.lower()
        assert "laminectomy" not in answer.content.decode().lower()

    def test_may_be_for_one_provider(self, desk: Client) -> None:
        visit("10:00", 1)
        assert len(soup(desk.get(f"{self.SHEET}?provider=dana")).select(".day-sheet")) == 1
        assert "No visits" in words_of(desk.get(f"{self.SHEET}?provider=erin"))

    def test_notes_whom_it_showed(self, desk: Client) -> None:
        appointment = visit("10:00", 1)
        desk.get(self.SHEET)
        assert AccessEvent.objects.get().patients == [patient_of(appointment).pk]
