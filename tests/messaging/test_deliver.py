"""Claim, check again, send, write down: nothing is lost and nothing goes out twice."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.messaging.compose import Composed, compose
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.delivery import mark_uncertain as marking
from scheduler.messaging.delivery.begin import IN_DOUBT_AFTER, LEAVES_WITHIN
from scheduler.messaging.delivery.claim import LEASE, claim_due
from scheduler.messaging.delivery.deliver import deliver
from scheduler.messaging.delivery.mark_uncertain import mark_unfinished
from scheduler.messaging.models import BadAddress, Channel, Message, OptOut, SenderRate
from scheduler.messaging.uncertain.settle_uncertain import Outcome, settle_next
from scheduler.replies.receive import receive
from scheduler.transports.base import Outgoing
from scheduler.transports.errors import Refused, Unknown
from scheduler.worklist.models import StaffTask
from tests.factories import (
    NOW,
    PHONE,
    a_person,
    at,
    book,
    code_of,
    hold,
    make_clinic,
    make_provider,
    messages_of,
    somebody,
    token_in,
)
from tests.messaging.carriers import Carrier, deliver_due, fresh, many_texts

SECOND = timedelta(seconds=1)
IN_DOUBT = IN_DOUBT_AFTER[Channel.SMS]


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    return book(at("2026-11-24 14:00"))


@pytest.fixture
def confirmation(visit: Appointment) -> Message:
    (text,) = messages_of(visit, kind="confirmation", channel="sms")
    return text


class TestSending:
    def test_records_what_the_carrier_took(self, confirmation: Message) -> None:
        assert deliver_due(Carrier(), now=NOW) == ["accepted"]
        sent = fresh(confirmation)
        assert (sent.status, sent.sid, sent.accepted_at, sent.attempts) == (
            "accepted",
            "SM001",
            NOW,
            1,
        )
        assert (sent.lease, sent.claimed_until) == (None, None)

    def test_fills_links_in_as_it_leaves_and_stores_none(
        self, visit: Appointment, confirmation: Message
    ) -> None:
        carrier = Carrier()
        deliver_due(carrier, now=NOW)
        information = token_in(confirmation, "i")
        assert f"/i/{information}" in carrier.sent[0].text
        stored = fresh(confirmation).body
        assert "[[information_link]]" in stored
        assert information not in stored

    def test_says_the_clinics_time_in_the_patients_language(self, dana: Provider) -> None:
        book(person=a_person(language="es"))
        carrier = Carrier()
        deliver_due(carrier, now=NOW)
        assert "mar 24 nov 10:00 AM EST" in carrier.sent[0].text
        assert "STOP: parar" in carrier.sent[0].text

    def test_asks_who_confirmed_for_nothing(self, visit: Appointment) -> None:
        Message.objects.exclude(kind="reminder-1-day").delete()
        confirm(visit.pk, now=NOW)
        carrier = Carrier()
        deliver_due(carrier, now=at("2026-11-23 10:00"))
        assert "See or change it" in carrier.sent[0].text
        assert "Reply 1" not in carrier.sent[0].text

    def test_fills_the_code_in_as_it_leaves(self, dana: Provider) -> None:
        held, carrier = hold(), Carrier()
        deliver_due(carrier, now=NOW)
        assert code_of(held) in carrier.sent[0].text
        assert code_of(held) not in messages_of(held)[0].body

    def test_tells_the_carrier_how_long_it_is_of_use(self, visit: Appointment) -> None:
        carrier = Carrier()
        moment = at("2026-11-24 12:30")
        Message.objects.exclude(kind="reminder-2-hours").delete()
        deliver_due(carrier, now=moment)
        assert carrier.sent[0].valid_for == 60 * 60
        assert carrier.sent[0].callback_url.endswith("/webhooks/twilio/status")

    def test_writes_down_that_it_begins_before_it_begins(self, confirmation: Message) -> None:
        seen: list[Message] = []
        deliver_due(Carrier(before=lambda _: seen.append(fresh(confirmation))), now=NOW)
        assert (seen[0].status, seen[0].sending_at, seen[0].attempts) == ("claimed", NOW, 1)

    def test_drops_what_is_no_longer_true(self, confirmation: Message, visit: Appointment) -> None:
        Appointment.objects.filter(pk=visit.pk).update(status="no_show")
        carrier = Carrier()
        assert deliver_due(carrier, now=NOW) == ["cancelled"]
        assert carrier.sent == []
        dropped = fresh(confirmation)
        assert (dropped.status, dropped.reason, dropped.settled_at) == (
            "cancelled",
            "no-longer-true",
            NOW,
        )

    def test_puts_off_what_comes_at_a_wrong_hour(self, confirmation: Message) -> None:
        evening = at("2026-11-16 21:30")
        carrier = Carrier()
        assert deliver_due(carrier, now=evening) == ["planned"]
        waiting = fresh(confirmation)
        assert (waiting.next_attempt_at, waiting.lease) == (at("2026-11-17 08:00"), None)
        assert deliver_due(carrier, now=evening) == []
        assert deliver_due(carrier, now=at("2026-11-17 08:00")) == ["accepted"]

    def test_a_channel_that_is_off_sends_nothing(self, confirmation: Message) -> None:
        (claim,) = claim_due("sms", limit=10, now=NOW)
        assert deliver(claim, {}, Clinic.objects.get(), now=NOW) == "suppressed"
        assert fresh(confirmation).reason == "channel-off"


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_none_is_open_while_the_network_is_used(self) -> None:
        make_clinic()
        make_provider()
        book()
        open_ones: list[bool] = []
        carrier = Carrier(before=lambda _: open_ones.append(connection.in_atomic_block))
        assert deliver_due(carrier, now=NOW) == ["accepted"]
        assert open_ones == [False]

    def test_of_another_worker_keep_nobody_waiting(self) -> None:
        make_clinic()
        make_provider()
        first, second = (
            messages_of(book(start, person=somebody(number)), kind="confirmation", channel="sms")[0]
            for number, start in enumerate((at("2026-11-24 10:00"), at("2026-11-24 14:00")))
        )
        locked, done = Event(), Event()

        def other_worker() -> None:
            with transaction.atomic():
                Message.objects.select_for_update().get(pk=first.pk)
                locked.set()
                done.wait(30)
            connection.close()

        worker = Thread(target=other_worker)
        worker.start()
        try:
            assert locked.wait(30)
            claims = claim_due("sms", limit=10, now=NOW)
        finally:
            done.set()
            worker.join()
        assert [claim.message_id for claim in claims] == [second.pk]


@pytest.mark.django_db(transaction=True)
class TestClaimersAtOnce:
    """Four of them, again and again until nothing is left for them."""

    def claimed(self) -> list[int]:
        found: list[int] = []

        def claim() -> None:
            while claims := claim_due("sms", limit=3, now=NOW):
                found.extend(claim.message_id for claim in claims)
            connection.close()

        claimers = [Thread(target=claim) for _ in range(4)]
        for claimer in claimers:
            claimer.start()
        for claimer in claimers:
            claimer.join()
        return found

    @pytest.fixture(autouse=True)
    def _texts(self) -> None:
        make_clinic()
        make_provider()
        many_texts(40)

    def test_share_out_what_is_due(self) -> None:
        found = self.claimed()
        assert len(found) == len(set(found))
        # Rows that another one has locked right now are nobody's reason to wait, or to come again.
        left = Message.objects.filter(kind="confirmation", channel="sms", status="planned")
        assert len(found) + left.count() == 40

    @pytest.mark.parametrize("known", [False, True])
    def test_keep_to_the_senders_rate_together(self, settings: Settings, known: bool) -> None:
        settings.SMS_TRANSPORT = "twilio"
        if known:
            SenderRate.objects.create(sender="sms", next_at=NOW - timedelta(days=1))
        assert 3 <= len(self.claimed()) <= 5
        assert SenderRate.objects.get().next_at > NOW


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "least", "most"),
        [("20429", 1, 11), ("63038", 7200, 10800), ("refused", 1, 16), ("30008", 300, 480)],
    )
    def test_that_pass_are_tried_again_later(
        self, confirmation: Message, code: str, least: int, most: int
    ) -> None:
        assert deliver_due(Carrier(Refused(code)), now=NOW) == ["planned"]
        waiting = fresh(confirmation)
        wait = (waiting.next_attempt_at - NOW).total_seconds()
        assert least <= wait <= most
        assert (waiting.attempts, waiting.sending_at, waiting.lease) == (1, None, None)
        again = waiting.next_attempt_at
        assert deliver_due(Carrier(), now=again - SECOND) == []
        assert deliver_due(Carrier(), now=again) == ["accepted"]
        assert fresh(confirmation).attempts == 2

    def test_wait_longer_each_time_and_give_up(
        self, visit: Appointment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("random.random", lambda: 0.5)
        (mail,) = messages_of(visit, kind="confirmation", channel="email")
        now, waits, carrier = NOW, [], Carrier(Refused("smtp-451"))
        while deliver_due(carrier, now=now, channel="email") == ["planned"]:
            due = fresh(mail).next_attempt_at
            waits.append((due - now).total_seconds())
            now = due
        assert waits == [90, 180, 540, 1860, 1860]
        assert fresh(mail).status == "failed"
        assert StaffTask.objects.get().kind == "message"

    def test_go_on_up_to_the_deadline_where_nobody_answers(self, confirmation: Message) -> None:
        outcomes = []
        for hours in range(24 * 7 + 4):
            outcomes += deliver_due(Carrier(Refused("refused")), now=NOW + timedelta(hours=hours))
        assert outcomes.count("planned") > 100
        assert fresh(confirmation).status == "planned"
        (last,) = deliver_due(
            Carrier(Refused("refused", retry_after=60)), now=confirmation.expires_at - SECOND
        )
        assert last == "failed"

    @pytest.mark.parametrize(("asked", "waits"), [(77, 77), (86400, 900)])
    def test_wait_as_long_as_the_carrier_asks_up_to_a_quarter_of_an_hour(
        self, confirmation: Message, asked: int, waits: int
    ) -> None:
        deliver_due(Carrier(Refused("20429", retry_after=asked)), now=NOW)
        assert fresh(confirmation).next_attempt_at == NOW + waits * SECOND

    def test_are_not_tried_again_once_it_is_too_late(self, dana: Provider) -> None:
        (code,) = messages_of(hold())
        last_minute = NOW + timedelta(minutes=14, seconds=58)
        refused = Refused("20429", retry_after=2)
        assert deliver_due(Carrier(refused), now=last_minute) == ["failed"]
        assert fresh(code).status == "failed"

    @pytest.mark.parametrize("code", ["21211", "21614", "30005", "30006"])
    def test_of_a_bad_number_mark_it(self, confirmation: Message, code: str) -> None:
        assert deliver_due(Carrier(Refused(code)), now=NOW) == ["failed"]
        marked = BadAddress.objects.get()
        assert (marked.channel, marked.address, marked.code) == ("sms", PHONE, code)
        assert StaffTask.objects.get().message == confirmation
        assert deliver_due(Carrier(), now=at("2026-11-23 10:00")) == ["expired", "suppressed"]

    def test_of_somebody_who_opted_out_stop_everything(self, confirmation: Message) -> None:
        assert deliver_due(Carrier(Refused("21610")), now=NOW) == ["failed"]
        assert OptOut.objects.get().source == "carrier 21610"
        assert not Message.objects.filter(channel="sms", status="planned").exists()
        assert Message.objects.filter(channel="email", status="planned").exists()

    @pytest.mark.parametrize("code", ["21408", "30007", "30034"])
    def test_of_our_account_alarm_staff(self, confirmation: Message, code: str) -> None:
        assert deliver_due(Carrier(Refused(code)), now=NOW) == ["failed"]
        task = StaffTask.objects.get()
        assert (task.kind, task.urgent, task.note) == ("configuration", True, code)
        assert not BadAddress.objects.exists()

    @pytest.mark.parametrize(
        ("channel", "code"), [("sms", "20003"), ("email", "smtp-530"), ("email", "smtp-535")]
    )
    def test_of_our_sign_in_wait_until_it_is_mended(
        self, visit: Appointment, channel: str, code: str
    ) -> None:
        """And staff are asked once, however many messages meet it."""
        book(at("2026-11-25 14:00"), person=somebody(2))
        carrier = Carrier(Refused(code))
        assert deliver_due(carrier, now=NOW, channel=channel) == ["planned", "planned"]
        task = StaffTask.objects.get()
        assert (task.kind, task.urgent, task.note) == ("configuration", True, code)
        in_vain = deliver_due(carrier, now=NOW + timedelta(hours=3), channel=channel)
        assert set(in_vain) == {"planned"}
        assert StaffTask.objects.count() == 1
        mended = deliver_due(Carrier(), now=NOW + timedelta(hours=4), channel=channel)
        mended += deliver_due(Carrier(), now=NOW + timedelta(hours=4), channel=channel)
        assert mended == ["accepted", "accepted"]

    def test_of_our_sign_in_up_to_the_deadline_are_left_to_staff(self, dana: Provider) -> None:
        (code,) = messages_of(hold())
        last_seconds = code.expires_at - 30 * SECOND
        assert deliver_due(Carrier(Refused("20003")), now=last_seconds) == ["failed"]
        assert StaffTask.objects.get().kind == "message"

    def test_with_a_new_code_are_left_to_staff(self, confirmation: Message) -> None:
        assert deliver_due(Carrier(Refused("99999")), now=NOW) == ["failed"]
        assert StaffTask.objects.get().kind == "message"


class TestUncertain:
    def test_text_is_looked_up_before_staff_hear_of_it(self, confirmation: Message) -> None:
        assert deliver_due(Carrier(Unknown("timeout")), now=NOW) == ["uncertain"]
        doubtful = fresh(confirmation)
        assert (doubtful.status, doubtful.error_code) == ("uncertain", "timeout")
        assert doubtful.look_up_at is not None
        assert not StaffTask.objects.exists()

    def test_mail_is_left_to_staff(self, visit: Appointment) -> None:
        outcomes = deliver_due(Carrier(Unknown("timeout")), now=NOW, channel="email")
        assert outcomes == ["uncertain"]
        doubtful = messages_of(visit, kind="confirmation", channel="email")[0]
        task = StaffTask.objects.get()
        assert (task.kind, task.message, task.appointment) == ("uncertain", doubtful, visit)
        assert doubtful.look_up_at is None

    def test_is_never_sent_again_while_nobody_knows(self, confirmation: Message) -> None:
        deliver_due(Carrier(Unknown("timeout")), now=NOW)
        Message.objects.exclude(pk=confirmation.pk).delete()
        for hours in (0, 1, 24, 24 * 30):
            now = NOW + timedelta(hours=hours)
            mark_unfinished(now=now)
            assert settle_next(None, now=now) in {None, Outcome.NOT_LISTED}
            assert deliver_due(Carrier(), now=now) == []
        assert fresh(confirmation).status == "uncertain"


class TestAWorkerThatDies:
    def test_before_sending_leaves_it_due_again(self, confirmation: Message) -> None:
        claim_due("sms", limit=10, now=NOW)
        assert deliver_due(Carrier(), now=NOW + LEASE - SECOND) == []
        assert mark_unfinished(now=NOW + LEASE) == 0
        assert deliver_due(Carrier(), now=NOW + LEASE) == ["accepted"]

    def test_while_sending_leaves_it_uncertain(self, confirmation: Message) -> None:
        class Killed(BaseException):
            pass

        def die(_: Outgoing) -> None:
            raise Killed

        with pytest.raises(Killed):
            deliver_due(Carrier(before=die), now=NOW)
        assert mark_unfinished(now=NOW + IN_DOUBT - SECOND) == 0
        assert deliver_due(Carrier(), now=NOW + IN_DOUBT) == []
        assert mark_unfinished(now=NOW + IN_DOUBT) == 1
        doubtful = fresh(confirmation)
        assert (doubtful.status, doubtful.error_code) == ("uncertain", "worker-lost")
        assert doubtful.look_up_at is not None
        assert deliver_due(Carrier(), now=NOW + IN_DOUBT) == []

    def test_leaves_alone_what_was_settled_and_claimed_anew_meanwhile(
        self, dana: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While the first of two doubtful ones is written down, a slow worker ends the second."""
        many_texts(2)
        claim_due("sms", limit=2, now=NOW)
        texts = Message.objects.filter(channel="sms", kind="confirmation")
        texts.update(sending_at=NOW)

        one_is_written_down = marking.mark_uncertain

        def meanwhile(*message: Any, **more: Any) -> bool:
            written = one_is_written_down(*message, **more)
            again = {"status": "planned", "sending_at": None, "lease": None, "claimed_until": None}
            texts.filter(status="claimed").update(**again)
            claim_due("sms", limit=2, now=NOW + LEASE)
            return written

        monkeypatch.setattr(marking, "mark_uncertain", meanwhile)
        assert mark_unfinished(now=NOW + LEASE) == 1
        assert sorted(texts.values_list("status", flat=True)) == ["claimed", "uncertain"]

    def test_is_released_once(self, confirmation: Message) -> None:
        self.test_while_sending_leaves_it_uncertain(confirmation)
        assert mark_unfinished(now=NOW + IN_DOUBT) == 0


class TestAClaimThatWasLost:
    def test_sends_nothing_after_its_lease(self, confirmation: Message) -> None:
        (claim,) = claim_due("sms", limit=10, now=NOW)
        carrier, clinic = Carrier(), Clinic.objects.get()
        assert deliver(claim, {"sms": carrier}, clinic, now=NOW + LEASE) == "lost"
        assert carrier.sent == []

    def test_leaves_the_message_to_the_next_claimer(self, confirmation: Message) -> None:
        (slow,) = claim_due("sms", limit=10, now=NOW)
        (quick,) = claim_due("sms", limit=10, now=NOW + LEASE)
        carrier, clinic = Carrier(), Clinic.objects.get()
        outcomes = [
            deliver(claim, {"sms": carrier}, clinic, now=NOW + LEASE) for claim in (slow, quick)
        ]
        assert outcomes == ["lost", "accepted"]
        assert len(carrier.sent) == 1

    def test_sends_nothing_where_it_stood_still_after_it_began(self, confirmation: Message) -> None:
        """By its own clock: whoever wakes knows no better than what it had read of ours."""
        (claim,) = claim_due("sms", limit=10, now=NOW)
        late = replace(claim, at=claim.at - LEAVES_WITHIN[Channel.SMS].total_seconds())
        carrier, clinic = Carrier(), Clinic.objects.get()
        assert deliver(late, {"sms": carrier}, clinic, now=NOW) == "planned"
        assert carrier.sent == []
        waiting = fresh(confirmation)
        assert (waiting.attempts, waiting.sending_at, waiting.lease) == (0, None, None)
        assert deliver_due(carrier, now=NOW) == ["accepted"]

    def test_is_used_once(self, confirmation: Message) -> None:
        (claim,) = claim_due("sms", limit=10, now=NOW)
        carrier, clinic = Carrier(), Clinic.objects.get()
        outcomes = [deliver(claim, {"sms": carrier}, clinic, now=NOW) for _ in range(2)]
        assert outcomes == ["accepted", "lost"]


class TestAnOptOutAtTheLastMoment:
    """While the text is put into words: it was checked already, and not begun."""

    @pytest.fixture(autouse=True)
    def _meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop_and_compose(*args: Any) -> Composed:
            opt_out("sms", PHONE, source="text", now=NOW)
            return compose(*args)

        monkeypatch.setattr("scheduler.messaging.delivery.deliver.compose", stop_and_compose)

    def test_keeps_the_text_back(self, confirmation: Message) -> None:
        carrier = Carrier()
        assert deliver_due(carrier, now=NOW) == ["lost"]
        assert carrier.sent == []
        kept = fresh(confirmation)
        assert kept.status == "suppressed"
        assert (kept.reason, kept.sending_at, kept.attempts) == ("opted-out", None, 0)
        assert (kept.lease, kept.claimed_until) == (None, None)

    def test_keeps_back_no_mail(self, visit: Appointment) -> None:
        assert deliver_due(Carrier(), now=NOW, channel="email") == ["accepted"]

    def test_is_acknowledged(self, clinic: Clinic) -> None:
        receive("SM1", PHONE, "please stop", now=NOW)
        assert deliver_due(Carrier(), now=NOW) == ["accepted"]
