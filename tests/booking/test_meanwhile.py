"""A visit changes while somebody waits for its row: they then see the visit as it is now."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection

from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import StaleVersion
from scheduler.booking.reschedule import reschedule
from scheduler.booking.reserve import reserve
from scheduler.booking.set_appointment_status import set_appointment_status
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import Provider
from scheduler.closures.answer_offer import accept_offer
from scheduler.contact_requests.change import change_contact_request
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.schedule_call import RequestChanged, schedule_call
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.consent.agree_to_texts import NotProven, agree_to_texts
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.models import Message
from scheduler.messaging.send_details import send_details
from scheduler.patients.change import Details, change_patient
from scheduler.patients.models import Contact, Patient
from scheduler.replies.receive import receive
from scheduler.transactions.locks import Lock, key_of
from scheduler.worklist.models import StaffTask
from tests.calling import at_once
from tests.calls import ask, call_desk
from tests.closures.closing import sent_offer
from tests.factories import (
    NOW,
    PHONE,
    STAFF,
    TUESDAY,
    at,
    book,
    make_clinic,
    make_patient,
    make_provider,
    wanted,
)
from tests.meanwhile import meanwhile, rival, waiting
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)

MOVED = "update scheduler_appointment set provider_id = %s, version = version + 1 where id = %s"
THURSDAY = at("2026-12-03 14:00")
ARRANGED = at("2026-11-18 11:00")
CALLER = [int(Lock.CONTACT), key_of("contact", PHONE)]


@pytest.fixture
def erin() -> Provider:
    make_clinic()
    make_provider("dana")
    return make_provider("erin")


@pytest.fixture
def visit(erin: Provider) -> Appointment:
    return book(provider="dana")


Act = Callable[[Appointment], Any]
GO_ON: dict[str, Act] = {
    "mark": lambda visit: set_appointment_status(visit.pk, AppointmentStatus.ARRIVED, now=TUESDAY),
    "confirm": lambda visit: confirm(visit.pk, now=NOW),
    "cancel": lambda visit: cancel(visit.pk, by=STAFF, now=NOW),
    "preferences": lambda visit: set_preferences(visit.pk, language="es", now=NOW),
    "details": lambda visit: send_details(visit.pk, now=NOW)[0].appointment,
}
HEAR: dict[str, Act] = {
    "mark": lambda visit: set_appointment_status(
        visit.pk, AppointmentStatus.ARRIVED, version=visit.version, now=TUESDAY
    ),
    "reschedule": lambda visit: reschedule(visit.pk, THURSDAY, by=STAFF, now=NOW),
}


class TestAVisitThatMovesToAnotherProvider:
    @pytest.mark.parametrize("act", GO_ON)
    def test_is_still_found(self, visit: Appointment, erin: Provider, act: str) -> None:
        found = meanwhile(MOVED, erin.pk, visit.pk, act=lambda: GO_ON[act](visit))
        assert found.provider.slug == "erin"

    @pytest.mark.parametrize("act", HEAR)
    def test_is_told_of_where_it_matters(
        self, visit: Appointment, erin: Provider, act: str
    ) -> None:
        with pytest.raises(StaleVersion):
            meanwhile(MOVED, erin.pk, visit.pk, act=lambda: HEAR[act](visit))

    def test_is_not_lost_to_who_agrees_to_texts(self, visit: Appointment, erin: Provider) -> None:
        with pytest.raises(NotProven):
            meanwhile(MOVED, erin.pk, visit.pk, act=lambda: agree(visit))

    def test_is_not_lost_to_who_takes_a_cancellation_back(
        self, visit: Appointment, erin: Provider
    ) -> None:
        cancel(visit.pk, by=STAFF, now=NOW)
        back = meanwhile(
            MOVED, erin.pk, visit.pk, act=lambda: undo_cancel(visit.pk, by=STAFF, now=NOW)
        )
        assert (back.status, back.provider.slug) == ("booked", "erin")

    def test_is_not_lost_to_who_accepts_a_new_time(self, erin: Provider) -> None:
        offer = sent_offer()
        back = meanwhile(
            MOVED, erin.pk, offer.appointment_id, act=lambda: accept_offer(offer.pk, now=NOW)
        )
        assert back.status == "booked"

    def test_keeps_whom_to_tell_where_the_contact_changes_too(self, visit: Appointment) -> None:
        """A contact may be missing, so it is joined loosely: it was not found and silently gone."""
        twin = Contact.objects.create(patient=patient_of(visit), name="Ana R", phone=PHONE)
        sql = "update scheduler_appointment set contact_id = %s where id = %s"
        gone = meanwhile(sql, twin.pk, visit.pk, act=lambda: cancel(visit.pk, by=STAFF, now=NOW))
        assert gone.contact == twin
        assert gone.messages.filter(kind="cancelled", status="planned").count() == 1


def patient_of(visit: Appointment) -> Patient:
    return Patient.objects.get(pk=visit.patient_id or 0)


def agree(visit: Appointment) -> Appointment:
    return agree_to_texts(visit.pk, language="en", source="page", now=NOW)


@pytest.fixture
def desk(erin: Provider) -> User:
    call_desk()
    return make_user(None, "desk")


class TestARequestToBeCalled:
    """Its row is locked after its caller's number: who waits for that keeps nobody waiting."""

    def test_is_free_while_a_call_about_it_waits_for_the_number(self, desk: User) -> None:
        request = ask()
        with (
            rival(("select pg_advisory_xact_lock(%s, %s)", CALLER)) as other,
            waiting(lambda: schedule_call(request.pk, ARRANGED, by=desk, now=NOW)) as ending,
        ):
            _take(other, request)
            other.rollback()
            assert ending.result(timeout=20).contact_request_id == request.pk

    def test_is_free_while_a_booking_for_it_waits_for_the_number(self, desk: User) -> None:
        request = ask()
        details = BookByStaff(wanted(), contact_request=request)
        with (
            rival(("select pg_advisory_xact_lock(%s, %s)", CALLER)) as other,
            waiting(lambda: reserve(details, now=NOW)) as ending,
        ):
            _take(other, request)
            other.rollback()
            assert ending.result(timeout=20).contact_request_id == request.pk

    def test_that_changes_meanwhile_is_looked_at_again(self, desk: User) -> None:
        request = ask()
        sql = "update scheduler_contactrequest set phone = '+14195550199' where id = %s"
        with pytest.raises(RequestChanged):
            meanwhile(
                sql,
                request.pk,
                act=lambda: schedule_call(request.pk, ARRANGED, by=desk, now=NOW),
            )

    @pytest.mark.parametrize("phone", [PHONE, "+14195550188"])
    def test_that_two_change_at_once_opens_to_no_number_before(
        self, desk: User, phone: str
    ) -> None:
        """The first left another number than the second had read; what went there is void."""
        request = ask()
        sql = "update scheduler_contactrequest set phone = '+14195550199' where id = %s"
        mine = ContactRequest(name=request.name, phone=phone)
        meanwhile(
            sql,
            request.pk,
            act=lambda: change_contact_request(request.pk, mine, network="n", now=NOW),
        )
        assert request.links.get().version == 2
        assert list(Message.objects.filter(status="planned").values_list("to")) == [(phone,)]

    def test_may_be_changed_and_answered_at_once_without_a_deadlock(self, desk: User) -> None:
        requests = [ask(phone=f"+1419555{2000 + n}") for n in range(6)]

        def act(number: int) -> str:
            request = ContactRequest.objects.get(pk=requests[number // 2].pk)
            try:
                if number % 2:
                    start = at(f"2026-11-18 {10 + number // 2}:00")
                    schedule_call(request.pk, start, by=desk, now=NOW)
                else:
                    request.phone = f"+1419555{3000 + number}"
                    change_contact_request(request.pk, request, network=f"{number}", now=NOW)
            except RequestChanged:
                return "looked at again"
            finally:
                connection.close()
            return "done"

        assert set(at_once(12, act)) <= {"done", "looked at again"}


def _take(other: Any, request: ContactRequest) -> None:
    with other.cursor() as cursor:
        cursor.execute(
            "select id from scheduler_contactrequest where id = %s for update nowait", [request.pk]
        )


class TestAPatientWhoIsMergedWhileStaffBookForThem:
    def test_is_booked_as_the_one_who_was_kept(self, erin: Provider) -> None:
        kept, gone = make_patient(), make_patient("Anna Ruiz", phone="+14195550190")
        merging = (
            ("select pg_advisory_xact_lock(%s, %s)", [int(Lock.PATIENT), gone.pk]),
            ("update scheduler_patient set merged_into_id = %s where id = %s", [kept.pk, gone.pk]),
        )
        by_staff = BookByStaff(wanted(), patient=gone.pk)
        with rival(*merging) as other, waiting(lambda: reserve(by_staff, now=NOW)) as ending:
            other.commit()
            booked = ending.result(timeout=20)
        assert booked.patient == kept
        assert booked.contact in kept.contacts.all()


class TestAVisitThatIsCalledOff:
    def test_leaves_to_staff_who_confirms_it_by_text(self, visit: Appointment) -> None:
        off = "update scheduler_appointment set status = 'cancelled' where id = %s"
        text = meanwhile(off, visit.pk, act=lambda: receive("SM1", PHONE, "1", now=NOW))
        assert text.acted_at == NOW
        assert StaffTask.objects.get().kind == "reply"


class TestAVisitThatMovesWhileItsPatientsNumberChanges:
    def test_is_told_of_at_the_new_number(self, visit: Appointment) -> None:
        """Else what is planned by the move goes to a number that may be somebody else's by now."""
        patient = visit.patient
        assert patient
        old = visit.messages.filter(kind="confirmation", channel="sms").values()[0]
        news = {**old, "public_id": uuid4(), "kind": "moved"}
        for given_by_the_database in ("id", "priority"):
            news.pop(given_by_the_database)
        columns = ", ".join(f'"{column}"' for column in news)
        values = ", ".join(["%s"] * len(news))
        moving = (
            ("update scheduler_appointment set version = 9 where id = %s", [visit.pk]),
            (f"insert into scheduler_message ({columns}) values ({values})", list(news.values())),
        )
        number = "+14195550199"
        given = Details(
            name=patient.name, date_of_birth=None, phone=number, email="", language="en"
        )
        with (
            rival(*moving) as other,
            waiting(lambda: change_patient(patient.pk, given, now=NOW)) as changing,
        ):
            other.commit()
            changing.result(timeout=20)
        assert visit.messages.get(kind="moved").to == number
