"""Messages as staff see them: what needs a person, what became of them, and answering."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.audit.models import AccessEvent
from scheduler.clinic.models import Clinic
from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Message, OptOut
from scheduler.replies.models import InboundText
from scheduler.replies.receive import receive
from scheduler.worklist.models import StaffTask
from tests.calls import ask
from tests.factories import NOW, PHONE, book, make_provider, somebody
from tests.pages.reading import soup, words_of
from tests.staff import HTMX

pytestmark = pytest.mark.django_db
MESSAGES = "/staff/messages/"
STRANGER = "+14195559999"


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    for module in ("conversation", "steps"):
        monkeypatch.setattr(
            f"scheduler.pages.staff.messages.{module}.nudge", lambda: found.append("yes")
        )
    return found


def wrote(
    words: str = "Can I come at three?", number: str = PHONE, sid: str = "SM1"
) -> InboundText:
    return receive(sid, number, words, now=NOW)


def trouble(status: str = "failed", kind: str = "confirmation", **fields: object) -> Message:
    message = Message.objects.get(kind=kind, channel="sms")
    Message.objects.filter(pk=message.pk).update(status=status, **fields)
    return message


class TestWhatNeedsAPerson:
    def test_says_what_to_do_in_plain_words(self, desk: Client) -> None:
        visit = book()
        wrote("CANCEL")
        words = words_of(desk.get(MESSAGES))
        for part in (
            "Urgent",
            "They texted CANCEL",
            "CANCEL From (419) 555-0123 : Ana Ruiz",
            "Call and ask whether they meant the visit",
        ):
            assert part in words.replace("0123:", "0123 :")
        assert AccessEvent.objects.get().patients == [visit.patient_id]

    def test_shows_a_message_that_failed_with_the_reason(self, desk: Client) -> None:
        book()
        message = trouble(error_code="30006")
        StaffTask.objects.create(kind="message", message=message, note="30006", created_at=NOW)
        words = words_of(desk.get(MESSAGES))
        assert "A visit is booked, by text to (419) 555-0123 : refused (a landline)" in (
            words.replace("0123:", "0123 :")
        )

    @pytest.mark.parametrize(
        ("note", "words"),
        [
            ("list-away", "the list can't be read. We go on looking"),
            ("list-several", "There are several with these words"),
            ("list-unknown", "There are texts that we don't know"),
        ],
    )
    def test_says_what_was_looked_up_of_a_text_that_may_have_left(
        self, desk: Client, note: str, words: str
    ) -> None:
        book()
        message = trouble("uncertain", error_code="timeout", sending_at=NOW)
        StaffTask.objects.create(kind="uncertain", message=message, note=note, created_at=NOW)
        page = desk.get(MESSAGES)
        shown = words_of(page)
        assert "Twilio's list of texts to this number since Mon Nov 16, 10:00 AM" in shown
        assert words in shown
        assert "Send again" not in shown
        assert "Send by mail" in shown

    @pytest.mark.parametrize(
        ("status", "words", "again"),
        [
            ("planned", "It waits, and goes out by itself once the other side is back", False),
            ("expired", "Send it the other way, or call", True),
        ],
    )
    def test_says_of_what_a_carrier_holds_up_that_it_waits(
        self, desk: Client, status: str, words: str, again: bool
    ) -> None:
        book()
        message = trouble(status)
        StaffTask.objects.create(kind="message", message=message, note="held-up", created_at=NOW)
        shown = words_of(desk.get(MESSAGES))
        assert "it can't leave: the other side is away" in shown
        assert words in shown
        assert ("Send again" in shown) == again

    def test_has_the_mail_servers_words(self, desk: Client) -> None:
        book()
        mail = Message.objects.get(kind="confirmation", channel="email")
        Message.objects.filter(pk=mail.pk).update(status="uncertain", sending_at=NOW)
        StaffTask.objects.create(
            kind="uncertain", message=mail, note="421 4.3.0 closing", created_at=NOW
        )
        shown = words_of(desk.get(MESSAGES))
        assert "(421 4.3.0 closing)" in shown
        assert "Send again" in shown

    def test_leaves_calls_to_the_queue(self, desk: Client) -> None:
        StaffTask.objects.create(kind="call-to-book", created_at=NOW)
        assert "Nothing needs a person." in words_of(desk.get(MESSAGES))

    def test_is_marked_handled_once(self, desk: Client, manager: Client) -> None:
        wrote(number=STRANGER)
        task = StaffTask.objects.get()
        desk.post(f"{MESSAGES}task/{task.pk}/", {"how": "handled"})
        task.refresh_from_db()
        assert task.done_by.username == "desk"
        answer = manager.post(f"{MESSAGES}task/{task.pk}/", {"how": "handled"}, follow=True)
        assert "Handled already, by desk." in answer.content.decode()

    @pytest.mark.parametrize(("how", "stopped"), [("stop", True), ("go-on", False)])
    def test_settles_a_possible_stop(self, desk: Client, how: str, stopped: bool) -> None:
        book()
        wrote("please no more texts")
        task = StaffTask.objects.get(kind="maybe-stop")
        assert "stop for good" in words_of(desk.get(MESSAGES))
        desk.post(f"{MESSAGES}task/{task.pk}/", {"how": how})
        live = OptOut.objects.filter(lifted_at=None)
        assert live.exists() == stopped
        assert not live.filter(paused_for_staff=True).exists()

    def test_leaves_a_possible_stop_open_until_it_is_said_which_it_was(self, desk: Client) -> None:
        book()
        wrote("please no more texts")
        task = StaffTask.objects.get(kind="maybe-stop")
        answer = desk.post(f"{MESSAGES}task/{task.pk}/", {"how": "handled"}, follow=True)
        assert "Say whether they meant to stop" in answer.content.decode()
        task.refresh_from_db()
        assert task.done_at is None


class TestTheLists:
    def test_show_messages_by_state(self, desk: Client) -> None:
        visit = book()
        Message.objects.filter(kind="confirmation", channel="email").update(
            status="delivered", accepted_at=NOW, subject="PMG Findlay: visit booked"
        )
        trouble("undelivered", error_code="30005", accepted_at=NOW)
        assert "A reminder (1 day before)" in words_of(desk.get(f"{MESSAGES}due/"))
        assert "Mail: ana@example.org delivered" in words_of(desk.get(f"{MESSAGES}sent/"))
        assert "did not arrive unknown number" in words_of(desk.get(f"{MESSAGES}failed/"))
        trouble("uncertain")
        assert "may or may not have gone out" in words_of(desk.get(f"{MESSAGES}uncertain/"))
        trouble("uncertain", look_up_at=NOW)
        assert "being looked up" in words_of(desk.get(f"{MESSAGES}uncertain/"))
        assert AccessEvent.objects.latest("pk").patients == [visit.patient_id]
        assert desk.get(f"{MESSAGES}nonsense/").status_code == 404

    @pytest.mark.parametrize("path", ["", "due/", "sent/", "failed/", "talks/"])
    def test_take_as_many_queries_for_many_as_for_few(self, desk: Client, path: str) -> None:
        make_provider("eve", "new-patient")

        def one_more(number: int) -> None:
            visit = book(person=somebody(number), now=NOW, provider=("dana", "eve")[number % 2])
            wrote(number=str(visit.contact.phone), sid=f"SM{number}")
            message = visit.messages.get(kind="confirmation", channel="sms")
            Message.objects.filter(pk=message.pk).update(status="failed")
            StaffTask.objects.create(kind="message", message=message, created_at=NOW)

        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert desk.get(MESSAGES + path).status_code == 200
            return len(found)

        one_more(0)
        queries()
        few = queries()
        one_more(1)
        assert queries() == few

    def test_name_who_has_the_number_that_an_answer_goes_to(self, desk: Client) -> None:
        patient = book().patient
        wrote("What is this?")
        wrote("What is this?", STRANGER, "SM2")
        Message.objects.filter(kind="reply_unknown").update(status="accepted", accepted_at=NOW)
        rows = soup(desk.get(f"{MESSAGES}sent/")).select("tbody tr")
        who = [row("td")[1].get_text() for row in rows]
        assert who == ["Who wrote to us", "Ana Ruiz"]
        assert AccessEvent.objects.latest("pk").patients == [patient.pk]

    def test_are_shown_a_page_at_a_time(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("scheduler.frontdesk.message_list.PAGE", 2)
        book()
        first = desk.get(f"{MESSAGES}due/")
        assert len(soup(first).select("tbody tr")) == 2
        assert "Older" in words_of(first)
        last = desk.get(f"{MESSAGES}due/?page=3")
        assert len(soup(last).select("tbody tr")) == 2
        assert "Older" not in words_of(last)

    def test_send_again(self, desk: Client, nudged: list[str]) -> None:
        book()
        message = trouble()
        again = f"{MESSAGES}again/{message.pk}/"
        answer = desk.post(again, {"way": "other", "next": f"{MESSAGES}failed/"})
        assert answer["Location"] == f"{MESSAGES}failed/"
        assert Message.objects.get(kind="confirmation-again-2").channel == "email"
        assert nudged
        OptOut.objects.create(channel="sms", address=PHONE, source="text", at=NOW)
        answer = desk.post(again, {"way": "same", "next": "https://example.org/"}, follow=True)
        assert "Not sent. They have opted out of this." in answer.content.decode()
        assert answer.redirect_chain == [(MESSAGES, 302)]


class TestAConversation:
    def test_shows_both_sides_in_order_with_states(self, desk: Client) -> None:
        visit = book()
        body = "PMG Findlay: visit booked. [[information_link]]"
        trouble("delivered", accepted_at=NOW, body=body)
        wrote("Thank you!")
        words = words_of(desk.get(f"{MESSAGES}with/{visit.patient_id}/"))
        ours = words.index("visit booked. [link to read before] delivered")
        assert ours < words.index("They, Mon Nov 16, 10:00 AM Thank you!")

    def test_with_a_stranger_is_by_their_text(self, desk: Client) -> None:
        text = wrote(number=STRANGER)
        words = words_of(desk.get(f"{MESSAGES}text/{text.pk}/"))
        assert "nobody we know has this number" in words
        assert "Can I come at three?" in words

    def test_is_answered(self, desk: Client, nudged: list[str]) -> None:
        text = wrote(number=STRANGER)
        page = f"{MESSAGES}text/{text.pk}/"
        answer = desk.post(page, {"number": STRANGER, "words": "Yes, do."}, follow=True)
        assert "on its way" in answer.content.decode()
        assert "Yes, do. due" in words_of(answer)
        assert Message.objects.get(kind="staff_reply").words == "Yes, do."
        assert nudged

    def test_refuses_words_that_tell_and_keeps_them(self, desk: Client) -> None:
        text = wrote(number=STRANGER)
        answer = desk.post(f"{MESSAGES}text/{text.pk}/", {"words": "about your back pain"})
        assert answer.status_code == 422
        assert "“pain” tells others what they come for" in words_of(answer)
        assert soup(answer).find(id="words").get_text() == "about your back pain"

    def test_shows_what_would_leave(self, desk: Client) -> None:
        text = wrote(number=STRANGER)
        form = {"words": "Yes, do.", "preview": "1"}
        shown = desk.post(f"{MESSAGES}text/{text.pk}/", form, **HTMX).content.decode()
        assert "PMG Findlay: Yes, do.\nSTOP to end." in shown
        assert "One text: 34 of 160" in shown
        assert not Message.objects.filter(kind="staff_reply").exists()

    def test_with_who_opted_out_can_only_be_read(self, desk: Client) -> None:
        book()
        text = wrote("STOP")
        page = f"{MESSAGES}text/{text.pk}/"
        words = words_of(desk.get(page))
        assert "This number has opted out of texts." in words
        assert "Send the text" not in words
        assert desk.post(page, {"words": "Hello"}).status_code == 422

    def test_never_texts_a_number_of_somebody_else(self, desk: Client) -> None:
        text = wrote(number=STRANGER)
        answer = desk.post(f"{MESSAGES}text/{text.pk}/", {"number": PHONE, "words": "Hi"})
        assert answer.status_code == 404

    def test_is_listed_with_who_has_the_number(self, desk: Client) -> None:
        book()
        wrote("Hello there")
        assert "(419) 555-0123: Ana Ruiz" in words_of(desk.get(f"{MESSAGES}talks/"))


class TestPausing:
    def test_is_said_with_who_and_when(
        self, manager: Client, desk: Client, nudged: list[str]
    ) -> None:
        manager.post(f"{MESSAGES}pause/", {"on": "1"})
        words = words_of(desk.get(MESSAGES))
        assert "Since Mon Nov 16, 10:00 AM, by manager" in words
        assert "Go on sending" not in words
        assert "Sending is paused." in desk.get("/staff/patients/").content.decode()
        manager.post(f"{MESSAGES}pause/")
        assert Clinic.objects.get().sending_paused_at is None
        assert nudged

    def test_is_for_managers(self, desk: Client) -> None:
        assert desk.post(f"{MESSAGES}pause/", {"on": "1"}).status_code == 403
        assert Clinic.objects.get().sending_paused_at is None


class TestWhoMaySee:
    def test_is_not_a_clinician(self, clinician: Client) -> None:
        text = wrote(number=STRANGER)
        for path in ("", "due/", "talks/", f"text/{text.pk}/", "templates/"):
            assert clinician.get(MESSAGES + path).status_code == 403

    def test_a_request_of_a_patient_is_on_the_trail(self, desk: Client) -> None:
        patient = book().patient
        ask()
        ContactRequest.objects.update(patient=patient)
        Message.objects.filter(kind="contact_received").update(status="failed")
        desk.get(f"{MESSAGES}failed/")
        assert AccessEvent.objects.get().patients == [patient.pk]
