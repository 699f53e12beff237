"""What a text means, and what follows from it: at most one visit, and never twice."""

from datetime import datetime, timedelta

import pytest

from scheduler.booking.cancel import cancel
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.core.replies import Reply, classify
from scheduler.messaging.consent.opt_out import is_opted_out, opt_out
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.messaging.models import Consent, Message, OptOut
from scheduler.messaging.recipient_clocks import QUIET_FROM
from scheduler.replies import receive as receive_reply
from scheduler.replies.models import InboundText
from scheduler.replies.receive import act_on, act_on_waiting, receive
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    PATIENT,
    PHONE,
    TUESDAY,
    a_person,
    at,
    book,
    hold,
    messages_of,
    somebody,
    token_in,
)
from tests.messaging.carriers import Carrier, deliver_due

LATER = NOW + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book()


def text(
    body: str,
    *,
    sid: str = "SM1",
    sender: str = PHONE,
    now: datetime = LATER,
    answered_by_carrier: bool = False,
) -> InboundText:
    return receive(sid, sender, body, now=now, answered_by_carrier=answered_by_carrier)


def status(visit: Appointment) -> str:
    return Appointment.objects.get(pk=visit.pk).status


def answers() -> list[str]:
    return list(Message.objects.exclude(inbound=None).order_by("pk").values_list("kind", flat=True))


def tasks() -> list[tuple[str, bool]]:
    return list(StaffTask.objects.order_by("pk").values_list("kind", "urgent"))


class TestOne:
    @pytest.mark.parametrize("body", ["1", " 1. ", "Yes", "sí", "1 gracias"])
    def test_confirms_the_visit(self, visit: Appointment, body: str) -> None:
        inbound = text(body)
        assert status(visit) == "confirmed"
        assert inbound.appointment == visit
        assert answers() == ["reply_confirmed"]

    def test_of_somebody_who_confirmed_already_is_answered_alike(self, visit: Appointment) -> None:
        text("1")
        text("1", sid="SM2")
        assert answers() == ["reply_confirmed", "reply_confirmed"]

    def test_confirms_nothing_that_was_cancelled(self, visit: Appointment) -> None:
        cancel(visit.pk, by=PATIENT, now=NOW)
        text("1")
        assert status(visit) == "cancelled"
        assert answers() == ["reply_unknown"]

    def test_confirms_no_hold(self, dana: Provider) -> None:
        held = hold()
        text("1")
        assert status(held) == "held"

    def test_confirms_no_visit_of_the_past(self, visit: Appointment) -> None:
        text("1", now=TUESDAY)
        assert status(visit) == "booked"

    def test_confirms_nothing_for_another_number(self, visit: Appointment) -> None:
        text("1", sender="+14195550999")
        assert status(visit) == "booked"


class TestTwo:
    def test_is_answered_with_the_link_to_change(self, visit: Appointment) -> None:
        text("2")
        Message.objects.filter(inbound=None).delete()
        carrier = Carrier()
        assert deliver_due(carrier, now=LATER) == ["accepted"]
        assert f"/a/{token_in(Message.objects.get())}" in carrier.sent[0].text
        assert status(visit) == "booked"

    def test_stores_the_link_nowhere(self, visit: Appointment) -> None:
        text("2")
        deliver_due(Carrier(), now=LATER)
        answer = Message.objects.get(kind="reply_change")
        assert token_in(answer) not in answer.body


class TestAnAmbiguousNumber:
    @pytest.mark.parametrize("body", ["1", "2", "yes"])
    def test_acts_on_no_visit(self, visit: Appointment, body: str) -> None:
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        inbound = text(body)
        assert (status(visit), status(other)) == ("booked", "booked")
        assert inbound.appointment is None
        assert answers() == ["reply_ambiguous"]
        assert tasks() == [("reply", False)]

    def test_is_none_once_one_of_the_visits_is_over(self, visit: Appointment) -> None:
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        text("1", now=TUESDAY)
        assert (status(visit), status(other)) == ("booked", "confirmed")


class TestStop:
    @pytest.mark.parametrize("body", ["STOP", "stop.", "Unsubscribe", "PARAR", "no más", "Alto"])
    def test_opts_the_number_out(self, visit: Appointment, body: str) -> None:
        text(body)
        assert is_opted_out("sms", PHONE)
        assert status(visit) == "booked"

    @pytest.mark.parametrize("body", ["ALTO", "parar", "Baja", "no más", "please stop"])
    def test_in_words_that_the_carrier_does_not_know_is_acknowledged_once(
        self, visit: Appointment, body: str
    ) -> None:
        text(body)
        text(body, sid="SM2")
        assert answers() == ["reply_stopped"]
        carrier = Carrier()
        assert deliver_due(carrier, now=LATER + MINUTE) == ["accepted"]
        assert "no more texts" in carrier.sent[0].text
        assert "This cancels no visit" in carrier.sent[0].text

    @pytest.mark.parametrize("body", ["STOP", "stop.", "Stopall", "Unsubscribe", "End", "QUIT"])
    def test_in_the_carriers_own_words_is_acknowledged_by_the_carrier(
        self, visit: Appointment, body: str
    ) -> None:
        text(body)
        assert answers() == []

    def test_is_not_acknowledged_where_the_carrier_says_that_it_did(
        self, visit: Appointment
    ) -> None:
        text("ALTO", answered_by_carrier=True)
        assert answers() == []

    def test_is_acknowledged_within_five_minutes_or_never(self, visit: Appointment) -> None:
        text("ALTO")
        assert deliver_due(Carrier(), now=LATER + 6 * MINUTE) == ["expired"]

    @pytest.mark.parametrize("body", ["please stop texting me", "no me manden mensajes"])
    def test_in_free_wording_is_acknowledged_once_and_waits_for_a_person(
        self, visit: Appointment, body: str
    ) -> None:
        text(body)
        text(body, sid="SM2")
        assert answers() == ["reply_paused"]
        assert tasks() == [("maybe-stop", True)] * 2
        assert deliver_due(Carrier(), now=LATER + MINUTE) == ["accepted"]

    def test_suppresses_what_is_planned_by_text_only(self, visit: Appointment) -> None:
        text("STOP")
        assert {one.status for one in messages_of(visit, channel="sms")} == {"suppressed"}
        assert {one.status for one in messages_of(visit, channel="email")} == {"planned"}

    def test_is_for_everybody_on_the_number(self, visit: Appointment) -> None:
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE))
        text("STOP")
        assert {one.status for one in messages_of(other, channel="sms")} == {"suppressed"}

    def test_covers_visits_that_are_booked_later(self, visit: Appointment) -> None:
        text("STOP")
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE), now=LATER)
        assert deliver_due(Carrier(), now=LATER) == ["suppressed"]
        assert messages_of(other, kind="confirmation", channel="sms")[0].reason == "opted-out"

    def test_twice_is_one_opt_out(self, visit: Appointment) -> None:
        text("STOP")
        text("STOP", sid="SM2")
        assert OptOut.objects.count() == 1


class TestCancel:
    def test_opts_out_and_asks_staff_whether_the_visit_was_meant(self, visit: Appointment) -> None:
        inbound = text("CANCEL")
        assert is_opted_out("sms", PHONE)
        assert status(visit) == "booked"
        assert tasks() == [("cancel-meant", True)]
        assert StaffTask.objects.get().inbound == inbound

    def test_of_a_stranger_only_opts_out(self, dana: Provider) -> None:
        text("cancelar")
        assert is_opted_out("sms", PHONE)
        assert tasks() == []


class TestStart:
    def test_lifts_the_opt_out_and_records_the_consent(self, visit: Appointment) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        text("START")
        assert not is_opted_out("sms", PHONE)
        assert OptOut.objects.get().lifted_at == LATER
        assert answers() == ["reply_started"]
        latest = Consent.objects.filter(channel="sms", address=PHONE).latest("at")
        assert (latest.granted, latest.source, latest.wording) == (True, "text", WORDINGS["en"])

    def test_lets_texts_go_out_again(self, visit: Appointment) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        text("start")
        other = book(at("2026-12-01 10:00"), person=somebody(1, phone=PHONE), now=LATER)
        deliver_due(Carrier(), now=LATER)
        assert messages_of(other, kind="confirmation", channel="sms")[0].status == "accepted"

    def test_of_somebody_who_never_stopped_changes_nothing(self, visit: Appointment) -> None:
        before = Consent.objects.count()
        text("START")
        assert (answers(), tasks(), Consent.objects.count()) == ([], [], before)

    def test_yes_lifts_an_opt_out_and_confirms_nothing(self, visit: Appointment) -> None:
        opt_out("sms", PHONE, source="text", now=NOW)
        text("yes")
        assert not is_opted_out("sms", PHONE)
        assert status(visit) == "booked"


class TestAnythingElse:
    def test_that_may_be_an_opt_out_pauses_texts_and_asks_staff(self, visit: Appointment) -> None:
        text("please quit texting me")
        assert OptOut.objects.get().paused_for_staff
        assert tasks() == [("maybe-stop", True)]
        assert answers() == ["reply_paused"]

    def test_a_clear_stop_ends_the_pause_for_good(self, visit: Appointment) -> None:
        text("please quit texting me")
        text("STOP", sid="SM2")
        assert not OptOut.objects.get().paused_for_staff

    def test_is_kept_for_staff_and_answered(self, visit: Appointment) -> None:
        inbound = text("can I bring my dog?")
        assert (inbound.body, inbound.meaning) == ("can I bring my dog?", "other")
        assert tasks() == [("reply", False)]
        assert answers() == ["reply_unknown"]

    def test_is_answered_once_a_day(self, visit: Appointment) -> None:
        for number in range(3):
            text("hello?", sid=f"SM{number}", now=LATER + number * timedelta(hours=8))
        assert answers() == ["reply_unknown"]
        assert len(tasks()) == 3
        text("hello?", sid="SM9", now=LATER + timedelta(days=1))
        assert answers() == ["reply_unknown", "reply_unknown"]

    def test_is_answered_for_each_number(self, visit: Appointment) -> None:
        text("hello?")
        text("hello?", sid="SM2", sender="+14195550999")
        assert len(answers()) == 2

    def test_help_is_answered(self, visit: Appointment) -> None:
        text("HELP")
        assert answers() == ["reply_help"]

    def test_the_answer_says_that_nobody_watches_and_what_to_do(self, dana: Provider) -> None:
        text("I feel bad")
        carrier = Carrier()
        deliver_due(carrier, now=LATER)
        assert "911" in carrier.sent[0].text
        assert "(419) 721-6358" in carrier.sent[0].text

    def test_the_answer_comes_at_night_too(self, dana: Provider) -> None:
        night = at("2026-11-16 23:00")
        assert night.time() > QUIET_FROM
        text("hello?", now=night)
        assert deliver_due(Carrier(), now=night) == ["accepted"]

    def test_is_not_answered_again_by_us_where_the_carrier_did(self, dana: Provider) -> None:
        text("HELP", answered_by_carrier=True)
        assert answers() == []


class TestLanguage:
    def test_follows_what_the_number_was_last_written_in(self, dana: Provider) -> None:
        book(person=a_person(language="es"))
        text("1")
        assert Message.objects.get(kind="reply_confirmed").language == "es"

    def test_is_english_for_a_stranger(self, dana: Provider) -> None:
        text("hola")
        assert Message.objects.get(kind="reply_unknown").language == "en"


class TestOnce:
    @pytest.mark.parametrize("body", ["1", "2", "STOP", "hello?"])
    def test_the_same_text_acts_once(self, visit: Appointment, body: str) -> None:
        for minutes in (0, 1, 60 * 48):
            text(body, now=LATER + minutes * MINUTE)
        assert InboundText.objects.count() == 1
        assert len(answers()) + OptOut.objects.count() == 1

    def test_a_text_that_was_stored_and_forgotten_is_acted_on_later(
        self, visit: Appointment
    ) -> None:
        InboundText.objects.create(sid="SM1", from_number=PHONE, body="1", received_at=LATER)
        assert act_on_waiting(now=LATER + timedelta(seconds=10)) == 0
        assert act_on_waiting(now=LATER + timedelta(seconds=11)) == 1
        assert status(visit) == "confirmed"
        assert act_on_waiting(now=LATER + timedelta(days=1)) == 0

    def test_a_text_that_cannot_be_acted_on_holds_up_no_other(
        self, visit: Appointment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for sid, words in (("SM1", "HELP"), ("SM2", "STOP")):
            InboundText.objects.create(
                sid=sid, from_number=PHONE, body=words, received_at=LATER - MINUTE
            )

        def stumble(words: str) -> Reply:
            if words == "HELP":
                raise ZeroDivisionError
            return classify(words)

        monkeypatch.setattr(receive_reply, "classify", stumble)
        act_on_waiting(now=LATER)
        assert is_opted_out("sms", PHONE)
        task = StaffTask.objects.get()
        assert task.inbound is not None
        assert (task.kind, task.urgent, task.inbound.sid) == ("reply", True, "SM1")
        assert act_on_waiting(now=LATER + MINUTE) == 0

    def test_acting_twice_on_a_stored_text_does_nothing_more(self, visit: Appointment) -> None:
        inbound = text("hello?")
        act_on(inbound.pk, now=LATER + timedelta(days=2))
        assert answers() == ["reply_unknown"]

    def test_a_text_of_any_length_is_stored(self, dana: Provider) -> None:
        assert len(text("x" * 5000).body) == 2000
