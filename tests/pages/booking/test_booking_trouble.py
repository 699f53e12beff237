"""What goes wrong on the way to a visit, and that no answer is lost by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType
from scheduler.messaging.models import BadAddress, Message, OptOut
from scheduler.transports.errors import Refused
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    PHONE,
    book,
    code_of,
    make_hours,
    make_time_off,
    somebody,
    wrong_code,
)
from tests.messaging.carriers import Carrier, deliver_due
from tests.pages.reading import soup, words_of
from tests.pages.visitor import Visitor, errors_of, where

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START = "2026-11-24T10:00:00-05:00"
BY_CALL = {"phone": "(419) 555-0177", "landline": "on", "sms_consent": ""}


class TestATimeThatIsLost:
    def test_before_the_check_brings_back_to_the_nearest_times(self, visitor: Visitor) -> None:
        visitor.at_check(START)
        book(person=somebody(1))
        response = visitor.send("check/", {})
        assert where(response) == "/book/time/"
        assert "That time has just been taken." in words_of(response)
        nearest = [one["value"] for one in soup(response).select(".nearest [name=start]")]
        assert len(nearest) == 5
        assert "2026-11-24T09:00:00-05:00" in nearest
        visitor.send("time/", {"start": "2026-11-24T09:00:00-05:00", "with": ""})
        assert "Ana Ruiz" in words_of(visitor.get("check/"))

    def test_is_noticed_as_soon_as_it_is_chosen(self, visitor: Visitor) -> None:
        visitor.begin()
        book(person=somebody(1))
        response = visitor.send("time/", {"start": START, "with": ""})
        assert "That time has just been taken." in words_of(response)
        assert soup(response).select(".nearest [name=start]")

    def test_to_time_off_is_said_as_well(self, visitor: Visitor) -> None:
        visitor.at_check(START)
        make_time_off("2026-11-24").save()
        assert "That time has just been taken." in words_of(visitor.send("check/", {}))

    def test_says_it_once(self, visitor: Visitor) -> None:
        visitor.at_check(START)
        book(person=somebody(1))
        visitor.send("check/", {})
        assert "has just been taken" not in words_of(visitor.get("time/"))

    def test_with_a_provider_who_left_offers_anyone(self, visitor: Visitor, dana: Provider) -> None:
        visitor.begin().choose(START, "dana")
        visitor.tell()
        dana.visit_types.clear()
        assert where(visitor.send("check/", {})) == "/book/time/"
        assert "no free time" in words_of(visitor.get("time/?with=dana"))

    def test_with_its_type_of_visit_asks_why_again(self, visitor: Visitor) -> None:
        visitor.at_check()
        VisitType.objects.filter(slug="new-patient").update(active=False)
        response = visitor.send("check/", {})
        assert where(response) == "/book/why/"
        assert "What can be booked has changed." in words_of(response)


class TestTheTimes:
    def test_are_ten_days_with_how_many_each(self, visitor: Visitor) -> None:
        visitor.begin()
        days = soup(visitor.get("time/")).select("details.day")
        assert len(days) == 10
        assert " ".join(days[0].summary.get_text().split()) == (
            "Wednesday, November 18, 2026 (29 times)"
        )
        parts = [legend.get_text() for legend in days[0].select("legend")]
        assert [part.split(": ")[1] for part in parts] == ["Morning", "Afternoon"]

    def test_say_zone_length_and_when_to_arrive(self, visitor: Visitor) -> None:
        words = words_of(visitor.begin().get("time/"))
        assert "First visit, 60 minutes." in words
        assert "arrive by 8:40 AM for 9:00 AM" in words
        assert "All times are Eastern time." in words

    def test_go_on_later_and_by_month(self, visitor: Visitor) -> None:
        links = soup(visitor.begin().get("time/")).select(".later a")
        assert [link.get_text() for link in links] == [
            "Later days",
            "January 2027",
            "February 2027",
        ]
        assert visitor.times("?with=&from=2027-01-01")[0] == "2027-01-04T09:00:00-05:00"

    @pytest.mark.parametrize("query", ["?from=nonsense", "?from=0001-01-01", "?with=nobody"])
    def test_survive_any_address(self, visitor: Visitor, query: str) -> None:
        assert visitor.begin().times(query)[0] == "2026-11-18T09:00:00-05:00"


class TestTheCode:
    def test_that_is_wrong_says_how_often_one_may_try(self, visitor: Visitor) -> None:
        held = visitor.at_code()
        said = errors_of(visitor.enter(wrong_code(held)))["code"]
        assert said == "That is not the code we sent last. You can try 4 more times."
        for _ in range(4):
            said = errors_of(visitor.enter(wrong_code(held)))["code"]
        assert said == "This code can't be used any more. Please ask for a new one below."
        assert "We're keeping" in words_of(visitor.get("code/"))

    @pytest.mark.parametrize("typed", ["", "12345", "abcdef", "١٢٣٤٥٦"])
    def test_that_is_none_costs_no_try(self, visitor: Visitor, typed: str) -> None:
        held = visitor.at_code()
        assert errors_of(visitor.enter(typed)) == {"code": "Please enter the six digits."}
        held.refresh_from_db()
        assert held.code_tries == 0

    def test_may_be_pasted_with_spaces(self, visitor: Visitor) -> None:
        held = visitor.at_code()
        code = code_of(held)
        assert where(visitor.enter(f" {code[:3]}-{code[3:]} ")) == "/book/done/"

    def test_is_sent_again_after_half_a_minute(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        held = visitor.at_code()
        first = code_of(held)
        assert "We sent a code just now." in words_of(visitor.send("code/", {"then": "sms"}))
        at_a_fixed_time.shift(31)
        assert "We sent you a new code." in words_of(visitor.send("code/", {"then": "sms"}))
        assert "code" in errors_of(visitor.enter(first))
        held.refresh_from_db()
        assert where(visitor.enter(code_of(held))) == "/book/done/"

    def test_goes_by_mail_instead(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visitor.at_code(email="ana@example.org")
        at_a_fixed_time.shift(31)
        response = visitor.send("code/", {"then": "email"})
        assert "We sent six digits to ana@example.org." in words_of(response)

    def test_can_be_put_into_its_field_by_the_phone(self, visitor: Visitor) -> None:
        visitor.at_code()
        field = soup(visitor.get("code/")).select_one("#id_code")
        assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")

    def test_limits_are_said_in_words(self, visitor: Visitor) -> None:
        by_mail = {"phone": "", "sms_consent": "", "email": "ana@example.org"}
        for _ in range(3):
            visitor.to_check(**by_mail).send("check/", {})
            Appointment.objects.update(status="expired")
        response = visitor.to_check(**by_mail).send("check/", {})
        assert where(response) == "/book/check/"
        assert "We can't send more codes for now." in words_of(response)

    def test_limits_of_a_network_leave_the_time_to_a_call(self, visitor: Visitor) -> None:
        visitor.at_check()
        for number in range(10):
            visitor.tell(phone=f"(419) 555-02{number:02}").send("check/", {})
            Appointment.objects.update(status="expired")
        response = visitor.tell().send("check/", {})
        assert where(response) == "/book/check/"
        assert "Keep the time and call me" in words_of(response)
        response = visitor.send("check/", {"then": "call"})
        assert where(response) == "/book/done/"
        assert "We will call you" in words_of(response)

    def test_limits_of_a_number_leave_the_time_to_a_call(self, visitor: Visitor) -> None:
        for _ in range(3):
            visitor.to_check().send("check/", {})
            Appointment.objects.update(status="expired")
        response = visitor.to_check().send("check/", {})
        assert where(response) == "/book/done/"
        assert "We call (419) 555-0123 to book this visit." in words_of(response)

    def test_of_a_second_visit_of_a_kind_says_so(self, visitor: Visitor) -> None:
        book(person=somebody(1, name="Ana Ruiz", phone="+14195550123"))
        held = visitor.to_code("2026-11-25T10:00:00-05:00")
        assert errors_of(visitor.enter(code_of(held)))["code"].startswith("There is a coming visit")

    def test_at_the_time_of_another_visit_brings_back_to_the_times(
        self, visitor: Visitor, dana: Provider
    ) -> None:
        other = Provider.objects.create(slug="erin", name="Erin")
        other.visit_types.set(VisitType.objects.filter(slug="follow-up"))
        held = visitor.to_code(START)
        make_hours(other, 1, "09:00", "17:00")
        ana = somebody(1, name="Ana Ruiz", phone="+14195550123")
        book(held.starts_at, visit_type="follow-up", provider="erin", person=ana)
        assert "has another visit at that time" in words_of(visitor.enter(code_of(held)))


class TestComingBack:
    def test_after_a_sleep_takes_the_time_again_with_one_tap(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        slept = visitor.at_code(START)
        at_a_fixed_time.shift(15 * MINUTE)
        assert "We no longer keep this time" in words_of(visitor.enter(code_of(slept)))
        response = visitor.send("code/", {"then": "again"})
        assert "Enter the code" in words_of(response)
        held = Appointment.objects.get(status="held", hold_expires_at__gt=NOW + 16 * MINUTE)
        assert held.starts_at == slept.starts_at
        assert where(visitor.enter(code_of(held))) == "/book/done/"

    def test_after_a_sleep_in_which_the_time_went_keeps_the_answers(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visitor.at_code(START)
        at_a_fixed_time.shift(15 * MINUTE)
        book(person=somebody(1), now=NOW + 15 * MINUTE)
        response = visitor.send("code/", {"then": "again"})
        assert where(response) == "/book/time/"
        assert visitor.browser.session["booking"]["name"] == "Ana Ruiz"

    def test_and_sending_the_same_answers_sends_no_second_code(self, visitor: Visitor) -> None:
        visitor.at_code()
        assert where(visitor.send("check/", {})) == "/book/code/"
        assert Message.objects.filter(kind="code").count() == 1
        assert Appointment.objects.count() == 1

    def test_to_correct_the_number_keeps_the_time(self, visitor: Visitor) -> None:
        first = visitor.at_code(START)
        visitor.tell(phone="(419) 555-0199").send("check/", {})
        held = Appointment.objects.get(status="held")
        assert (held.pk != first.pk, held.starts_at) == (True, first.starts_at)
        assert held.messages.get().to == "+14195550199"

    def test_to_take_a_time_that_overlaps_the_kept_one(self, visitor: Visitor) -> None:
        visitor.at_code(START)
        later = "2026-11-24T10:15:00-05:00"
        assert later in visitor.times("?from=2026-11-24")
        visitor.choose(later).send("check/", {})
        assert Appointment.objects.get(status="held").starts_at.minute == 15

    def test_after_cancelling_books_the_very_same_once_more(self, visitor: Visitor) -> None:
        visitor.enter(code_of(visitor.at_code(START)))
        Appointment.objects.update(status="cancelled")
        again = visitor.to_code(START)
        assert where(visitor.enter(code_of(again))) == "/book/done/"
        assert "Your visit is booked" in words_of(visitor.get("done/"))

    def test_with_another_tab_to_a_finished_booking_leads_to_the_visit(
        self, visitor: Visitor
    ) -> None:
        booked = visitor.booked()
        for page in ("code/", "check/", "you/"):
            assert where(visitor.browser.get(f"/book/{page}", follow=True)) == "/book/done/"
        assert where(visitor.enter(code_of(booked))) == "/book/done/"
        assert Appointment.objects.filter(status="booked").count() == 1


class TestTwoTabs:
    OTHER = "2026-11-25T14:00:00-05:00"

    def test_with_different_times_keep_none_but_the_one_shown(self, visitor: Visitor) -> None:
        first_tab = visitor.at_check(START).seen("check/")
        visitor.choose(self.OTHER)
        response = visitor.send("check/", first_tab)
        assert where(response) == "/book/check/"
        assert "Your answers changed in another window." in words_of(response)
        assert "Wednesday, November 25, 2026 2:00 PM" in words_of(response)
        assert not Appointment.objects.exists()
        visitor.send("check/", {})
        assert Appointment.objects.get().starts_at.isoformat() == "2026-11-25T19:00:00+00:00"

    def test_show_the_time_that_is_kept_until_another_one_is(self, visitor: Visitor) -> None:
        visitor.at_code(START)
        visitor.choose(self.OTHER)
        assert "We're keeping Tuesday, November 24, 2026, 10:00 AM" in words_of(
            visitor.get("code/")
        )

    def test_keep_no_time_again_that_the_page_did_not_show(
        self, visitor: Visitor, at_a_fixed_time: time_machine.Traveller
    ) -> None:
        visitor.at_code(START)
        at_a_fixed_time.shift(15 * MINUTE)
        asleep = visitor.seen("code/")
        visitor.choose(self.OTHER)
        response = visitor.send("code/", {**asleep, "then": "again"})
        assert "Your answers changed in another window." in words_of(response)
        assert not Appointment.objects.filter(starts_at__day=25).exists()


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_taps_on_the_same_button_keep_one_time(self, visitor: Visitor) -> None:
        visitor.at_check(START)
        twice = _twice(visitor, "check/", {})
        assert twice == ["/book/code/", "/book/code/"]
        assert Appointment.objects.count() == 1

    def test_tabs_that_finish_the_same_booking_book_once(self, visitor: Visitor) -> None:
        held = visitor.at_code(START)
        twice = _twice(visitor, "code/", {"code": code_of(held)})
        assert twice == ["/book/done/", "/book/done/"]
        assert Message.objects.filter(kind="confirmation").count() == 1


def _twice(visitor: Visitor, page: str, form: dict[str, str]) -> list[str]:
    """Send a form from two browsers that share one session, at the same time."""

    seen = visitor.seen(page)

    def send(_: int) -> str:
        browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        for name, cookie in visitor.browser.cookies.items():
            browser.cookies[name] = cookie.value
        try:
            typed = {**seen, **form, "csrfmiddlewaretoken": visitor.token}
            return str(browser.post(f"/book/{page}", typed)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send, range(2)))


class TestWhoCannotBeTexted:
    def test_by_landline_has_the_time_kept_for_a_call(self, visitor: Visitor) -> None:
        response = visitor.at_check(START, **BY_CALL).send("check/", {})
        assert where(response) == "/book/done/"
        words = words_of(response)
        assert "We call (419) 555-0177 to book this visit." in words
        assert "at the longest until Tuesday, November 17, 2026, 12:00 PM EST" in words
        held = Appointment.objects.get()
        assert held.hold_expires_at == NOW + timedelta(days=1, hours=2)
        assert StaffTask.objects.get().kind == StaffTask.Kind.CALL_TO_BOOK
        assert not Message.objects.exists()

    def test_has_one_such_time_a_number(self, visitor: Visitor, client: Client) -> None:
        visitor.at_check(START, **BY_CALL).send("check/", {})
        response = visitor.to_check(**BY_CALL).send("check/", {})
        assert where(response) == "/book/check/"
        assert "We already keep a time for this number." in words_of(response)
        main = soup(response).select_one("main")
        assert main.select_one('.actions a[href="/contact/?from=booking"]')
        assert not main.select("form")
        assert Appointment.objects.count() == 1

    def test_can_give_the_time_back(self, visitor: Visitor) -> None:
        visitor.at_check(START, **BY_CALL).send("check/", {})
        response = visitor.send("done/", {"then": "give-back"})
        assert "We no longer keep this time for you." in words_of(response)
        assert Appointment.objects.get().status == "expired"
        assert soup(response).select_one('main a[href="/book/"]')
        assert START in visitor.begin().times("?from=2026-11-24")

    def test_gives_nothing_back_once_it_is_booked(self, visitor: Visitor) -> None:
        visitor.booked()
        visitor.send("done/", {"then": "give-back"})
        assert Appointment.objects.get().status == "booked"

    def test_but_has_mail_gets_the_code_there(self, visitor: Visitor) -> None:
        held = visitor.at_code(START, **BY_CALL, email="ana@example.org")
        assert [message.channel for message in held.messages.all()] == ["email"]
        visitor.enter(code_of(held))
        held.refresh_from_db()
        assert held.contact.phone == "+14195550177"
        assert not Message.objects.filter(channel="sms").exists()

    def test_is_told_so_and_asked_for_mail_or_called(self, visitor: Visitor) -> None:
        BadAddress.objects.create(channel="sms", address=PHONE, at=NOW, code="30006")
        visitor.to_code(START)
        deliver_due(Carrier(), now=NOW)
        response = visitor.get("code/")
        assert "We can't send a text to (419) 555-0123." in words_of(response)
        assert soup(response).select_one('a[href="/book/you/#id_email"]')
        assert where(visitor.send("code/", {"then": "call"})) == "/book/done/"
        held = Appointment.objects.get(status="held")
        assert (held.code_channel, held.starts_at.isoformat()[:10]) == ("", "2026-11-24")

    @pytest.mark.parametrize("carrier", [Carrier(), Carrier(Refused("21610"))])
    def test_sees_no_trace_of_an_opt_out(self, visitor: Visitor, carrier: Carrier) -> None:
        """A stranger may have typed the number."""
        visitor.at_code(START)
        before = words_of(visitor.get("code/"))
        if carrier.error is None:
            OptOut.objects.create(channel="sms", address=PHONE, at=NOW, source="text")
        deliver_due(carrier, now=NOW)
        assert carrier.sent == []
        assert words_of(visitor.get("code/")) == before

    def test_who_gets_no_code_may_be_called_instead(self, visitor: Visitor) -> None:
        visitor.at_code(START)
        assert soup(visitor.get("code/")).select_one('button[name=then][value="call"]')
        assert where(visitor.send("code/", {"then": "call"})) == "/book/done/"

    def test_is_told_so_where_the_text_came_back(self, visitor: Visitor) -> None:
        visitor.at_code()
        assert "Enter the code" in words_of(visitor.get("code/"))
        Message.objects.update(status="undelivered")
        assert "We can't send a text to" in words_of(visitor.get("code/"))

    def test_where_texts_are_off_is_asked_for_mail_or_called(
        self, visitor: Visitor, settings: Settings
    ) -> None:
        settings.SMS_TRANSPORT = "off"
        response = visitor.to_check(START).send("check/", {})
        assert "We can't send texts at the moment." in words_of(response)
        visitor.tell(email="ana@example.org").send("check/", {})
        assert Appointment.objects.get().code_channel == "email"

    def test_does_not_become_a_booking_by_a_code(self, visitor: Visitor) -> None:
        visitor.at_check(START, **BY_CALL).send("check/", {})
        assert where(visitor.enter("123456")) == "/book/done/"
        assert Appointment.objects.get().status == "held"
