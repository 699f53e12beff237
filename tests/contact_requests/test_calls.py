"""Calls are claimed, logged and arranged: nobody is called twice at once, nobody is forgotten."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection

from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.holds.expire import expire_holds
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import NotOffered
from scheduler.booking.reserve import reserve
from scheduler.clinic.models import Provider
from scheduler.contact_requests.assign_patient import assign_request
from scheduler.contact_requests.book_held_time import book_held_time
from scheduler.contact_requests.call_queue import Call, call_queue
from scheduler.contact_requests.change import withdraw_contact_request
from scheduler.contact_requests.claim_call import (
    ClaimedBy,
    NothingToClaim,
    claim_request,
    give_back_request,
)
from scheduler.contact_requests.claim_visit_call import claim_visit, give_back_visit
from scheduler.contact_requests.log_call import (
    CallOver,
    log_request_call,
    log_task_call,
    log_visit_call,
)
from scheduler.contact_requests.models import CallAttempt, CallClaim, ContactRequest
from scheduler.contact_requests.release_hold import release_hold_of_call
from scheduler.contact_requests.schedule_call import AlreadyArranged, schedule_call
from scheduler.messaging.models import Message
from scheduler.patients.models import Patient
from scheduler.worklist.models import StaffTask
from tests.calls import ask, call_desk, close_on, keep
from tests.factories import (
    NOW,
    TUESDAY,
    at,
    book,
    make_clinic,
    make_patient,
    make_provider,
    messages_of,
    wanted,
)
from tests.messaging.carriers import verdict_on
from tests.staff import make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
REACHED, LEFT_WORD, NO_ANSWER = "reached", "left-word", "no-answer"
ARRANGED = at("2026-11-18 11:00")


@pytest.fixture
def desk(dana: Provider) -> User:
    call_desk()
    return make_user(None, "desk")


@pytest.fixture
def other(dana: Provider) -> User:
    return make_user(None, "other")


def queued(*, now: object = NOW) -> list[tuple[str, int]]:
    return [(call.kind, call.pk) for call in call_queue(now=now)]  # type: ignore[arg-type]


def only(*, now: object = NOW) -> Call:
    (call,) = call_queue(now=now)  # type: ignore[arg-type]
    return call


class TestTheQueue:
    def test_has_the_most_overdue_on_top(self, desk: User) -> None:
        late = ask(now=at("2026-11-13 10:00"))
        kept = keep()
        today = ask(name="Bo Lee", phone="+14195550199")
        closed = close_on()
        assert queued() == [
            ("request", late.pk),
            ("request", today.pk),
            ("closed", closed.pk),
            ("hold", kept.pk),
        ]

    def test_asks_new_patients_the_day_before_from_one_oclock(self, desk: User) -> None:
        visit = book()
        assert queued(now=at("2026-11-23 12:59")) == []
        assert queued(now=at("2026-11-23 13:00")) == [("visit", visit.pk)]

    def test_says_when_a_call_is_arranged_for(self, desk: User) -> None:
        request = ask()
        schedule_call(request.pk, ARRANGED, by=desk, now=NOW)
        assert only().arranged == only().due == ARRANGED

    def test_takes_as_many_queries_for_many_as_for_few(
        self, desk: User, django_assert_max_num_queries: object
    ) -> None:
        for number in range(3):
            request = ask(phone=f"+1419555{2000 + number}")
            log_request_call(request.pk, NO_ANSWER, by=desk, now=NOW)
        keep()
        close_on()
        with django_assert_max_num_queries(13):  # type: ignore[operator]
            assert len(call_queue(now=NOW)) == 5


class TestClaiming:
    def test_is_for_one(self, desk: User, other: User) -> None:
        request = ask()
        claim_request(request.pk, by=desk, now=NOW)
        claim_request(request.pk, by=desk, now=NOW)
        with pytest.raises(ClaimedBy, match="desk"):
            claim_request(request.pk, by=other, now=NOW)
        assert only().claimed_by == desk

    def test_can_be_given_back_and_taken_over(self, desk: User, other: User) -> None:
        request = ask()
        claim_request(request.pk, by=desk, now=NOW)
        give_back_request(request.pk, by=other)
        assert only().claimed_by == desk
        claim_request(request.pk, by=other, instead_of=desk.pk, now=NOW)
        assert only().claimed_by == other
        give_back_request(request.pk, by=other)
        assert only().claimed_by is None

    def test_of_a_kept_time_is_for_one_too(self, desk: User, other: User) -> None:
        visit = keep().appointment_id or 0
        claim_visit(visit, by=desk, now=NOW)
        with pytest.raises(ClaimedBy, match="desk"):
            claim_visit(visit, by=other, now=NOW)
        claim_visit(visit, by=other, instead_of=desk.pk, now=NOW)
        assert only().claimed_by == other
        give_back_visit(visit, by=other)
        assert only().claimed_by is None

    def test_is_refused_once_the_request_is_closed(self, desk: User) -> None:
        request = ask()
        log_request_call(request.pk, REACHED, by=desk, now=NOW)
        with pytest.raises(NothingToClaim):
            claim_request(request.pk, by=desk, now=NOW)


def test_what_comes_after_hours_is_to_do_by_the_end_of_the_next_working_day(desk: User) -> None:
    close_on(now=at("2026-11-16 22:45"))
    assert only(now=at("2026-11-16 22:46")).due == at("2026-11-17 17:00")


class TestTheCallOfARequest:
    def test_that_reached_them_closes_it(self, desk: User) -> None:
        request = log_request_call(ask().pk, REACHED, note="Will ring back", by=desk, now=NOW)
        assert request.status == "done"
        assert queued() == []
        attempt = CallAttempt.objects.get()
        assert (attempt.contact_request, attempt.by, attempt.at) == (request, desk, NOW)

    def test_is_tried_three_times(self, desk: User) -> None:
        request = ask()
        for outcome in (NO_ANSWER, LEFT_WORD):
            claim_request(request.pk, by=desk, now=NOW)
            log_request_call(request.pk, outcome, by=desk, now=NOW)
            assert (only().kind, only().claimed_by) == ("request", None)
        log_request_call(request.pk, NO_ANSWER, by=desk, now=NOW)
        request.refresh_from_db()
        assert request.status == "unreached"
        assert queued() == []
        with pytest.raises(CallOver):
            log_request_call(request.pk, REACHED, by=desk, now=NOW)

    def test_in_vain_three_times_leaves_them_a_last_word(self, desk: User) -> None:
        request = ask()
        for _ in range(3):
            assert not request.messages.filter(kind="contact_unreached").exists()
            log_request_call(request.pk, NO_ANSWER, by=desk, now=NOW)
        word = Message.objects.get(kind="contact_unreached")
        assert (word.channel, word.to, word.due_at) == ("sms", request.phone, NOW)
        assert verdict_on(word, now=NOW) is None


class TestAnArrangedCall:
    def test_is_a_visit_of_the_call_desk_with_messages_like_any_other(self, desk: User) -> None:
        request = ask()
        call = schedule_call(request.pk, ARRANGED, sms_consent=True, by=desk, now=NOW)
        assert (call.provider.slug, call.starts_at, call.contact_request) == (
            "call-desk",
            ARRANGED,
            request,
        )
        assert {message.kind for message in messages_of(call)} == {
            "confirmation",
            "reminder-1-day",
        }
        request.refresh_from_db()
        assert (request.status, request.patient) == ("open", call.patient)

    def test_sends_nothing_without_consent(self, desk: User) -> None:
        assert not messages_of(schedule_call(ask().pk, ARRANGED, by=desk, now=NOW))

    def test_is_with_the_patient_whom_staff_found(self, desk: User) -> None:
        request = ask(name="Eva Ruiz")
        ana = make_patient()
        assign_request(request.pk, ana)
        call = schedule_call(request.pk, ARRANGED, by=desk, now=NOW)
        assert call.patient == ana
        assert call.contact is not None
        assert call.contact.name == "Eva Ruiz"
        assert Patient.objects.count() == 1

    def test_is_one_at_a_time(self, desk: User) -> None:
        request = ask()
        schedule_call(request.pk, ARRANGED, by=desk, now=NOW)
        with pytest.raises(AlreadyArranged):
            schedule_call(request.pk, ARRANGED + HOUR, by=desk, now=NOW)

    def test_that_is_refused_leaves_nothing(self, desk: User) -> None:
        with pytest.raises(NotOffered):
            schedule_call(ask().pk, at("2026-11-18 20:00"), by=desk, now=NOW)
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "when", "ends"),
        [
            (REACHED, ARRANGED + HOUR, "completed"),
            (REACHED, NOW + HOUR, "cancelled"),
            (NO_ANSWER, ARRANGED + HOUR, "no_show"),
            (NO_ANSWER, NOW + HOUR, "booked"),
        ],
    )
    def test_ends_with_the_call(self, desk: User, outcome: str, when: object, ends: str) -> None:
        request = ask()
        call = schedule_call(request.pk, ARRANGED, sms_consent=True, by=desk, now=NOW)
        log_request_call(request.pk, outcome, by=desk, now=when)  # type: ignore[arg-type]
        call.refresh_from_db()
        assert call.status == ends
        assert not messages_of(call, kind="cancelled")

    def test_ahead_keeps_the_request_on_the_queue_after_three_tries(self, desk: User) -> None:
        request = ask()
        schedule_call(request.pk, ARRANGED, by=desk, now=NOW)
        for _ in range(3):
            log_request_call(request.pk, NO_ANSWER, by=desk, now=NOW)
        assert queued() == [("request", request.pk)]


class TestTheCallBeforeAFirstVisit:
    DAY_BEFORE = at("2026-11-23 13:30")

    def test_that_reached_them_confirms_it(self, desk: User) -> None:
        visit = book()
        log_visit_call(visit.pk, REACHED, by=desk, now=self.DAY_BEFORE)
        visit.refresh_from_db()
        assert (visit.status, visit.confirmed_via) == ("confirmed", "staff")
        assert queued(now=self.DAY_BEFORE) == []

    def test_is_tried_three_times(self, desk: User) -> None:
        visit = book()
        for tries in range(3):
            assert only(now=self.DAY_BEFORE).tries == tries
            log_visit_call(visit.pk, NO_ANSWER, by=desk, now=self.DAY_BEFORE)
        assert queued(now=self.DAY_BEFORE) == []

    def test_is_over_once_they_confirmed(self, desk: User) -> None:
        visit = book()
        Appointment.objects.update(status="confirmed")
        with pytest.raises(CallOver):
            log_visit_call(visit.pk, REACHED, by=desk, now=self.DAY_BEFORE)


class TestAKeptTime:
    def test_is_booked_when_they_are_reached(self, desk: User) -> None:
        task = keep()
        claim_visit(task.appointment_id or 0, by=desk, now=NOW)
        booked = book_held_time(task.pk, by=desk, now=NOW)
        task.refresh_from_db()
        assert (booked.status, task.done_by) == ("booked", desk)
        assert CallAttempt.objects.get().outcome == REACHED
        assert not CallClaim.objects.exists()
        with pytest.raises(CallOver):
            book_held_time(task.pk, by=desk, now=NOW)

    def test_is_free_again_when_they_don_t_want_it(self, desk: User) -> None:
        task = keep()
        release_hold_of_call(task.pk, by=desk, now=NOW)
        assert Appointment.objects.get().status == "expired"
        assert queued() == []
        assert book(TUESDAY).status == "booked"

    def test_that_ran_out_leaves_whom_to_call(self, desk: User) -> None:
        task = keep()
        later = at("2026-11-17 12:30")
        expire_holds(TUESDAY, TUESDAY + HOUR, now=later)
        call = only(now=later)
        assert (call.name, call.phone, call.pk) == ("Jo Bell", "+14195551007", task.pk)
        release_hold_of_call(task.pk, by=desk, now=later)
        assert Appointment.objects.get().held_details is None

    def test_is_called_about_three_times(self, desk: User) -> None:
        task = keep()
        for _ in range(3):
            log_task_call(task.pk, LEFT_WORD, by=desk, now=NOW)
        assert queued() == []
        with pytest.raises(CallOver):
            log_task_call(task.pk, LEFT_WORD, by=desk, now=NOW)

    def test_that_ran_out_is_forgotten_when_nobody_is_reached(self, desk: User) -> None:
        task = keep()
        later = at("2026-11-17 12:30")
        expire_holds(TUESDAY, TUESDAY + HOUR, now=later)
        assert Appointment.objects.get().held_details
        for _ in range(3):
            log_task_call(task.pk, LEFT_WORD, by=desk, now=later)
        assert Appointment.objects.get().held_details is None


class TestACallThatWasArranged:
    @pytest.fixture
    def request_(self, desk: User) -> ContactRequest:
        request = ask()
        schedule_call(request.pk, ARRANGED, by=desk, now=NOW)
        request.refresh_from_db()
        return request

    def test_is_off_when_they_withdraw_their_request(self, request_: ContactRequest) -> None:
        withdraw_contact_request(request_.pk, now=NOW)
        call = Appointment.objects.get()
        assert (call.status, call.cancelled_by) == ("cancelled", "system")
        assert not messages_of(call, status="planned")

    def test_is_off_when_they_have_a_visit_instead(self, request_: ContactRequest) -> None:
        details = BookByStaff(wanted(), patient=request_.patient_id, contact_request=request_)
        visit = reserve(details, now=NOW)
        assert visit.status == "booked"
        assert Appointment.objects.exclude(pk=visit.pk).get().status == "cancelled"

    def test_stands_while_it_is_awaited(self, request_: ContactRequest) -> None:
        assert Appointment.objects.get().status == "booked"
        assert ContactRequest.objects.get().status == "open"


class TestAVisitThatWeCalledOff:
    def test_is_done_when_they_are_reached(self, desk: User) -> None:
        task = close_on()
        log_task_call(task.pk, NO_ANSWER, by=desk, now=NOW)
        assert queued() == [("closed", task.pk)]
        log_task_call(task.pk, REACHED, by=desk, now=NOW)
        assert queued() == []
        assert StaffTask.objects.get().done_by == desk


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.mark.parametrize("what", ["request", "visit"])
    def test_one_wins_and_the_other_is_told(self, what: str) -> None:
        make_clinic()
        make_provider()
        pk = ask().pk if what == "request" else book().pk
        users = [make_user(None, "one"), make_user(None, "two")]
        start, ended = Barrier(2), []

        def take(user: User) -> None:
            start.wait()
            try:
                (claim_request if what == "request" else claim_visit)(pk, by=user, now=NOW)
                ended.append("won")
            except ClaimedBy:
                ended.append("told")
            finally:
                connection.close()

        threads = [Thread(target=take, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ended) == ["told", "won"]
        assert ContactRequest.objects.filter(claimed_by=None).count() == 0
