"""The page of one visit, and what the desk does with it; a part of it for the panel."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.clinic.models import Provider, VisitType
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.models import Message
from tests.factories import (
    NOW,
    PHONE,
    STAFF,
    TUESDAY,
    a_person,
    at,
    book,
    hold,
    make_provider,
    make_time_off,
    somebody,
)
from tests.pages.reading import words_of
from tests.staff import HTMX, make_user, signed_in

TODAY = at("2026-11-16 14:00")

pytestmark = pytest.mark.django_db


def path(visit: Appointment, what: str = "") -> str:
    return f"/staff/appointments/{visit.reference}/{what}"


def text_of(client: Client, visit: Appointment, what: str = "") -> str:
    answer = client.get(path(visit, what))
    assert answer.status_code == 200
    return words_of(answer)


def act(client: Client, visit: Appointment, what: str, **typed: str) -> str:
    """The status and what the panel says in the toast, or as an error."""
    answer = client.post(
        path(visit, "act"), {"act": what, "version": visit.version, **typed}, **HTMX
    )
    if answer.status_code == 200:
        return str(answer.headers["HX-Trigger"])
    error = BeautifulSoup(answer.content, "lxml").select_one("[role=alert]")
    return f"{answer.status_code} {error.get_text()}"


def fresh(visit: Appointment) -> Appointment:
    return Appointment.objects.get(pk=visit.pk)


class TestThePage:
    def test_says_everything_of_the_visit(self, desk: Client) -> None:
        visit = book(condition="post-laminectomy-syndrome", by=STAFF)
        said = text_of(desk, visit)
        for words in (
            "Ana Ruiz",
            "Booked",
            "Tuesday, November 24, 2026, 10:00 AM to 11:00 AM",
            "Eastern time",
            "Dana",
            "(419) 555-0123",
            "ana@example.org",
            "Post-laminectomy syndrome",
            "Confirmation by text",
            visit.reference,
        ):
            assert words in said

    def test_dials_and_leads_to_the_patient(self, desk: Client) -> None:
        visit = book()
        content = desk.get(path(visit)).content.decode()
        assert 'href="tel:+14195550123"' in content
        assert f'href="/staff/patients/{visit.patient_id}/"' in content

    def test_says_who_helps(self, desk: Client) -> None:
        helped = a_person(contact_name="Eva Ruiz", relation="daughter")
        assert "Eva Ruiz (daughter):" in text_of(desk, book(person=helped))

    def test_says_what_is_not_ready(self, desk: Client) -> None:
        visit = book()
        VisitType.objects.update(needs=["referral", "records"])
        ReadyItem.objects.create(
            appointment=visit, item="records", state="received", by=make_user(MANAGER), at=NOW
        )
        said = text_of(desk, visit)
        assert "Referral: needed" in said
        assert "Records and imaging: received" in said

    def test_says_how_messages_fared(self, desk: Client) -> None:
        visit = book()
        Message.objects.filter(kind="confirmation", channel="sms").update(status="undelivered")
        assert "did not arrive Confirmation by text" in text_of(desk, visit)

    def test_says_when_each_message_goes_and_by_which_way(self, desk: Client) -> None:
        words = text_of(desk, book())
        assert "will go out Reminder by text Mon Nov 23, 10:00 AM" in words
        assert "Texts to (419) 555-0123: on" in words

    def test_says_that_a_planned_text_will_not_go_to_who_opted_out(self, desk: Client) -> None:
        visit = book()
        opt_out("sms", PHONE, source="text", now=NOW)
        Message.objects.filter(channel="sms").update(status="planned")
        words = text_of(desk, visit)
        assert "Texts to (419) 555-0123: off, they have opted out (since Mon Nov 16)" in words
        assert "will not go out Reminder by text Mon Nov 23, 10:00 AM: they have opted" in words

    @pytest.mark.parametrize(
        ("reason", "words"),
        [("cap", "the limit of reminders was reached"), ("channel-off", "this channel is off")],
    )
    def test_says_why_no_reminder_went_out(self, desk: Client, reason: str, words: str) -> None:
        visit = book()
        Message.objects.filter(kind__startswith="reminder-").update(
            status="suppressed", reason=reason
        )
        assert f"No reminder went out: {words}." in text_of(desk, visit)

    def test_says_that_it_was_booked_too_late_for_a_reminder(self, desk: Client) -> None:
        visit = book()
        Message.objects.filter(kind__startswith="reminder-").delete()
        assert "No reminder: it was too late for one" in text_of(desk, visit)

    def test_says_who_booked(self, desk: Client) -> None:
        assert "online, by the patient on Mon Nov 16, 10:00 AM" in text_of(desk, book())

    def test_is_a_part_where_the_panel_asks(self, desk: Client) -> None:
        visit = book()
        part = desk.get(path(visit), **HTMX).content.decode()
        assert "<html" not in part
        assert 'hx-target="#panel-content"' in part
        assert "hx-post" not in desk.get(path(visit)).content.decode()

    def test_is_on_the_trail(self, desk: Client) -> None:
        visit = book()
        desk.get(path(visit))
        seen = AccessEvent.objects.get()
        assert (seen.route, seen.patients) == (
            "staff/appointments/<str:reference>/",
            [visit.patient_id],
        )

    def test_is_not_there_for_what_nobody_has_booked_yet(self, desk: Client) -> None:
        assert desk.get(path(hold())).status_code == 404
        assert desk.get("/staff/appointments/00000000/").status_code == 404

    def test_is_read_only_for_the_clinician_whose_visit_it_is(
        self, clinician: Client, staffed: Provider
    ) -> None:
        visit = book()
        content = clinician.get(path(visit)).content.decode()
        assert "Ana Ruiz" in content
        assert 'name="act"' not in content
        assert clinician.post(path(visit, "act"), {"act": "confirm"}).status_code == 403
        assert clinician.get(path(visit, "move")).status_code == 403

    def test_is_not_for_another_clinician(self, clinician: Client) -> None:
        make_provider("erin")
        visit = book(provider="erin")
        assert clinician.get(path(visit)).status_code == 404

    def test_is_not_for_who_is_signed_out(self, staffed: Provider) -> None:
        visit = book()
        assert Client().get(path(visit)).status_code == 302
        assert Client().post(path(visit, "act"), {"act": "confirm"}).status_code == 302


class TestTheDaysSteps:
    def test_go_forth_and_back(self, desk: Client, at_a_fixed_time: time_machine.Traveller) -> None:
        visit = book(TODAY, by=STAFF)
        for step in ("confirm", "arrived", "in_room", "completed", "in_room", "arrived", "booked"):
            act(desk, fresh(visit), step)
            expected = "confirmed" if step == "confirm" else step
            assert fresh(visit).status == expected

    def test_of_a_confirmation_say_that_it_was_by_phone(self, desk: Client) -> None:
        visit = book()
        assert "Confirmed by phone." in act(desk, visit, "confirm")
        assert fresh(visit).confirmed_via == "staff"
        assert "Confirmed by phone" in text_of(desk, visit)

    def test_are_not_taken_from_an_old_page(self, desk: Client) -> None:
        visit = book()
        set_appointment_status(visit.pk, AppointmentStatus.ARRIVED, now=TUESDAY)
        assert act(desk, visit, "in_room").startswith("409 Somebody else has just changed")

    def test_are_for_the_visits_own_day(self, desk: Client) -> None:
        visit = book()
        assert 'value="arrived"' not in desk.get(path(visit)).content.decode()
        said = act(desk, visit, "arrived")
        assert said == "409 The visit is on another day. Move it to today first."
        assert fresh(visit).status == "booked"

    def test_have_no_short_cuts(self, desk: Client) -> None:
        assert act(desk, book(), "completed") == "409 That can't be done: the visit is booked."

    def test_offer_to_say_that_somebody_was_missed_after_the_start_alone(
        self, desk: Client, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visit = book()
        assert 'value="no_show"' not in desk.get(path(visit)).content.decode()
        at_a_fixed_time.move_to(TUESDAY + timedelta(minutes=20))
        late = signed_in(make_user(DESK, "late"))
        assert 'value="no_show"' in late.get(path(visit)).content.decode()

    def test_lead_back_to_the_page_without_a_script(self, desk: Client) -> None:
        visit = book(TODAY, by=STAFF)
        answer = desk.post(path(visit, "act"), {"act": "arrived", "version": visit.version})
        assert answer["Location"] == path(visit)
        assert "The patient is here." in desk.get(path(visit)).content.decode()

    def test_know_no_others(self, desk: Client) -> None:
        assert desk.post(path(book(), "act"), {"act": "explode"}).status_code == 404


class TestANote:
    def test_is_kept_and_can_be_taken_out(self, desk: Client) -> None:
        visit = book()
        act(desk, visit, "note", note="  Bring a chair. ")
        assert fresh(visit).note == "Bring a chair."
        act(desk, fresh(visit), "note", note="")
        assert fresh(visit).note == ""

    def test_does_not_write_over_a_newer_one(self, desk: Client) -> None:
        visit = book()
        act(desk, visit, "note", note="First")
        assert act(desk, visit, "note", note="Second").startswith("409")
        assert fresh(visit).note == "First"


class TestSendingAgain:
    def test_goes_by_what_was_agreed_to(self, desk: Client, nudges: list[str]) -> None:
        visit = book(person=a_person(email_consent=False))
        assert "On its way by text." in act(desk, visit, "send")
        act(desk, visit, "send")
        sent = visit.messages.filter(kind="links").order_by("sequence")
        assert [(one.channel, one.sequence) for one in sent] == [("sms", 0), ("sms", 1)]
        assert nudges == ["staff.calendar.appointment"] * 2

    def test_says_where_nobody_agreed(self, desk: Client) -> None:
        visit = book(person=a_person(sms_consent=False, email_consent=False))
        assert act(desk, visit, "send").startswith("409 They have agreed neither")


class TestCancelling:
    def test_tells_the_patient_and_can_be_taken_back(self, desk: Client) -> None:
        visit = book()
        assert "is told" in act(desk, visit, "cancel", reason="Moved away", tell="on")
        off = fresh(visit)
        assert (off.status, off.cancelled_by, off.cancel_reason) == (
            "cancelled",
            "staff",
            "Moved away",
        )
        assert visit.messages.filter(kind="cancelled", status="planned").count() == 2
        assert "Canceled by staff: Moved away" in text_of(desk, visit)
        act(desk, off, "undo")
        assert fresh(visit).status == "booked"

    def test_may_tell_nobody(self, desk: Client) -> None:
        visit = book()
        assert "Nobody is told" in act(desk, visit, "cancel")
        assert not visit.messages.filter(kind="cancelled").exists()

    def test_is_not_taken_back_where_somebody_has_the_time(self, desk: Client) -> None:
        visit = book()
        act(desk, visit, "cancel")
        book(person=somebody(1))
        assert act(desk, fresh(visit), "undo") == "409 Somebody else has that time."


class TestMoving:
    def move(self, client: Client, visit: Appointment, **typed: str) -> str:
        day = typed.get("day", "2026-11-24")
        wish = {"day": day, "time": f"{day}T11:00", "provider": "dana", **typed}
        answer = client.post(path(visit, "move"), {"version": visit.version, **wish}, **HTMX)
        if answer.status_code == 200:
            return str(answer.headers["HX-Trigger"])
        return f"{answer.status_code} {BeautifulSoup(answer.content, 'lxml').get_text(' ')}"

    def free(self, client: Client, visit: Appointment, **query: str) -> list[str]:
        answer = client.get(path(visit, "move"), query)
        found = BeautifulSoup(answer.content, "lxml").select("[name=time]")
        return [str(one["value"]) for one in found]

    def test_shows_what_is_free_on_the_visits_own_grid(self, desk: Client) -> None:
        book(at("2026-11-24 13:00"), person=somebody(1))
        found = self.free(desk, book())
        assert found[:2] == ["2026-11-24T09:00", "2026-11-24T09:15"]
        assert "2026-11-24T10:00" not in found
        assert "2026-11-24T12:15" not in found
        assert "2026-11-24T14:00" in found

    def test_shows_another_day_and_another_provider(self, desk: Client) -> None:
        make_provider("erin", hours=("13:00", "15:00"))
        visit = book()
        found = self.free(desk, visit, day="2026-11-25", provider="erin")
        times = ("13:00", "13:15", "13:30", "13:45", "14:00")
        assert found == [f"2026-11-25T{time}" for time in times]
        assert self.free(desk, visit, day="never", provider="nobody") == []

    def test_moves_and_closes_the_panel(self, desk: Client, nudges: list[str]) -> None:
        visit = book()
        assert "Ana Ruiz is at 11:00 AM on Tue Nov 24 now." in self.move(desk, visit, tell="on")
        assert fresh(visit).starts_at == at("2026-11-24 11:00")
        assert visit.messages.filter(kind="moved").exists()
        assert nudges == ["staff.calendar.move"]

    def test_takes_any_fifth_minute(self, desk: Client) -> None:
        visit = book()
        self.move(desk, visit, other_time="11:05")
        assert fresh(visit).starts_at == at("2026-11-24 11:05")
        assert not visit.messages.filter(kind="moved").exists()

    def test_wants_a_time(self, desk: Client) -> None:
        assert "Choose a time." in self.move(desk, book(), time="")

    def test_offers_what_is_free_near_a_taken_time_and_asks_why_all_the_same(
        self, desk: Client
    ) -> None:
        book(at("2026-11-24 11:00"), person=somebody(1))
        visit = book(at("2026-11-24 13:00"))
        said = self.move(desk, visit)
        assert said.startswith("409")
        for words in (
            "Somebody else has that time.",
            "Tue Nov 24, 12:00 PM",
            "Takes only a moment",
        ):
            assert words in said
        self.move(desk, visit, reason="Takes only a moment")
        assert fresh(visit).overbook_reason == "Takes only a moment"

    def test_takes_a_reason_in_own_words(self, desk: Client) -> None:
        book(at("2026-11-24 11:00"), person=somebody(1))
        visit = book(at("2026-11-24 13:00"))
        self.move(desk, visit, reason="Takes only a moment", own_reason="Needs the interpreter")
        assert fresh(visit).overbook_reason == "Needs the interpreter"

    def test_never_goes_into_time_off(self, desk: Client, staffed: Provider) -> None:
        make_time_off("2026-11-25", provider=staffed).save()
        said = self.move(desk, book(), day="2026-11-25", reason="Takes only a moment")
        assert "There is time off then. No visit can stand in it." in said

    def test_is_not_done_from_an_old_page(self, desk: Client) -> None:
        visit = book()
        self.move(desk, visit)
        assert "Somebody else has just changed this visit." in self.move(
            desk, visit, time="2026-11-24T14:00"
        )

    def test_leads_back_to_the_visit_without_a_script(self, desk: Client) -> None:
        visit = book()
        wish = {"day": "2026-11-24", "time": "2026-11-24T11:00", "provider": "dana"}
        answer = desk.post(path(visit, "move"), {"version": visit.version, **wish})
        assert answer["Location"] == path(visit)

    def test_never_goes_to_another_day_than_the_form_shows(
        self, desk: Client, nudges: list[str]
    ) -> None:
        visit = book()
        said = self.move(desk, visit, day="2026-11-25", time="2026-11-24T11:00", tell="on")
        assert "The time you chose is on Tuesday, November 24, 2026" in said
        assert "Free on Wednesday, November 25, 2026" in said
        assert "Nothing was changed." in said
        assert fresh(visit).starts_at == TUESDAY
        assert not visit.messages.filter(kind="moved").exists()
        assert nudges == []

    def test_says_at_the_field_what_is_wrong(self, desk: Client) -> None:
        visit = book()
        wish = {"day": "2026-11-25", "time": "2026-11-24T11:00", "provider": "dana"}
        answer = desk.post(path(visit, "move"), wish)
        found = BeautifulSoup(answer.content, "lxml").select_one("fieldset")
        assert answer.status_code == 409
        assert found["aria-describedby"] == "move-why"
        assert "move-why" in answer.content.decode()

    @pytest.mark.parametrize("day", ["", "never", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_wants_a_day_of_the_calendar(self, desk: Client, day: str) -> None:
        visit = book()
        said = self.move(desk, visit, day=day, time="2026-11-24T11:00")
        assert "Give the day, such as 11/24/2026." in said
        assert fresh(visit).starts_at == TUESDAY

    def test_shows_the_times_of_the_day_alone_where_the_day_was_changed(self, desk: Client) -> None:
        answer = desk.get(
            path(book(), "move"),
            {"day": "2026-11-25", "provider": "dana"},
            **HTMX,
            HTTP_HX_TARGET="move-times",
        )
        part = BeautifulSoup(answer.content, "lxml")
        assert part.select_one("#move-times")["data-day"] == "2026-11-25"
        assert "Free on Wednesday, November 25, 2026" in part.get_text()
        assert part.select_one("form") is None

    def test_shows_what_is_free_without_a_script(self, desk: Client) -> None:
        visit = book()
        wish = {"day": "2026-11-25", "time": "2026-11-25T11:00", "provider": "dana", "look": "1"}
        answer = desk.post(path(visit, "move"), {"version": visit.version, **wish})
        assert answer.status_code == 200
        assert "Free on Wednesday, November 25, 2026" in answer.content.decode()
        assert fresh(visit).starts_at == TUESDAY


class TestTheCalendarsPage:
    def test_offers_columns_and_explains_its_signs(self, desk: Client) -> None:
        page = BeautifulSoup(desk.get("/staff/").content, "lxml")
        columns = [one.get_text() for one in page.select("#calendar-columns option")]
        assert columns == ["All providers", "Dana", "Rooms"]
        assert page.select_one("#calendar")["data-today"] == "2026-11-16"
        assert page.select_one("#calendar")["data-offset"] == "-300"
        words = page.select_one(".calendar-legend").get_text(" ")
        for word in ("Being booked", "Confirmed", "Here", "Missed", "Not ready", "Holiday"):
            assert word in words

    def test_leads_clinicians_to_their_own_day(self, clinician: Client) -> None:
        assert clinician.get("/staff/")["Location"] == "/staff/my-day/"
