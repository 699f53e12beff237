"""A clinic in the middle of its life: a row in every table, and messages that are still to go."""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.audit.record_view import record_view
from scheduler.booking.book import BookAtOnce
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment, ReadyItem
from scheduler.booking.reschedule import reschedule
from scheduler.booking.reserve import reserve
from scheduler.clinic.models import Provider
from scheduler.closures.models import ProviderDelay
from scheduler.closures.open_holiday import open_holiday
from scheduler.closures.time_off import take_time_off
from scheduler.contact_requests.claim_visit_call import claim_visit
from scheduler.contact_requests.log_call import log_request_call
from scheduler.contact_requests.models import CallAttempt
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.delivery.heartbeat import beat
from scheduler.messaging.delivery.record import record_delivery
from scheduler.messaging.models import Alarm, Circuit, Message, MessageTemplate, SenderRate
from scheduler.messaging.send_links import send_links
from scheduler.messaging.watch.raise_alarms import raise_alarms
from scheduler.patients.models import Patient, PatientNote
from scheduler.replies.receive import act_on_waiting, receive
from scheduler.transactions.idempotency import IdempotentCall
from scheduler.transports.errors import Refused
from tests.calls import NETWORK, ask, call_desk, keep
from tests.closures.closing import plan, send
from tests.factories import (
    NOW,
    PATIENT,
    TUESDAY,
    at,
    book,
    code_of,
    hold,
    make_clinic,
    make_hours,
    make_provider,
    make_time_off,
    somebody,
    wanted,
)
from tests.messaging.carriers import Carrier, deliver_due
from tests.staff import make_clinician, make_user

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + 2 * HOUR
AFTERWARDS = LATER + 15 * MINUTE
SNOW, HEATING = date(2026, 11, 20), date(2026, 11, 23)


def fill() -> None:
    """Write it all, by the doors that people use wherever there is one. It ends at AFTERWARDS."""
    make_clinic()
    dana = make_provider("dana", "new-patient", "follow-up")
    make_provider("eli")
    make_hours(dana, 5, "09:00", "12:00", "follow-up")
    call_desk()
    manager, desk = make_user(MANAGER), make_user(DESK)
    make_clinician(dana)
    Authenticator.objects.create(user=manager, type="recovery_codes", data={"seed": "s"})
    _visits(desk)
    _messages()
    _set_up(dana, manager, desk)
    _closures()


def _visits(desk: User) -> None:
    held = hold()
    verify(held.pk, code_of(held), now=NOW + MINUTE)
    moved = book(TUESDAY + HOUR, person=somebody(1))
    reschedule(moved.pk, TUESDAY + 2 * HOUR, by=PATIENT, now=NOW + HOUR)
    confirm(moved.pk, now=NOW + HOUR)
    gone = book(TUESDAY + 3 * HOUR, person=somebody(2))
    cancel(gone.pk, by=PATIENT, now=NOW + HOUR)
    known = IdempotentCall("a-key-of-16-chars", b"{}", lambda visit: {"id": visit.reference})
    asked_for = wanted(TUESDAY + 4 * HOUR, person=somebody(3))
    remembered = reserve(BookAtOnce(asked_for), now=NOW + HOUR, idempotency=known)
    by_desk = reserve(BookByStaff(wanted(TUESDAY + DAY, person=somebody(4))), now=NOW + HOUR)
    hold(TUESDAY + DAY + HOUR, person=somebody(5), now=LATER)
    keep(TUESDAY + DAY + 2 * HOUR, now=LATER)
    ReadyItem.objects.create(
        appointment=remembered, item="referral", state=ReadyItem.State.ASKED, by=desk, at=LATER
    )
    claim_visit(by_desk.pk, by=desk, now=LATER)
    log_request_call(ask().pk, CallAttempt.Outcome.NO_ANSWER, by=desk, now=LATER)


def _messages() -> None:
    """Some are sent, one arrives, one is refused; three people answer."""
    for channel in ("sms", "email"):
        deliver_due(Carrier(), now=LATER, channel=channel)
    sent = Message.objects.filter(status="accepted", channel="sms", kind="confirmation").earliest(
        "pk"
    )
    record_delivery(sent.public_id.hex, sent.sid, "delivered", "", now=LATER + MINUTE)
    book(TUESDAY + 3 * DAY, person=somebody(6), now=LATER)
    deliver_due(Carrier(Refused("21614")), now=LATER + MINUTE)
    for number, words in ((0, "1"), (1, "STOP"), (4, "please call me about my knee")):
        person = somebody(number)
        phone = person.phone if number else "+14195550123"
        receive(f"SM-in-{number}", phone, words, now=LATER + 2 * MINUTE)
    act_on_waiting(now=LATER + 3 * MINUTE)
    send_links(("sms", somebody(3).phone), network=NETWORK, now=LATER)
    stop_reminders("email", somebody(3).email, source="link in a reminder", now=LATER)
    raise_alarms([(Alarm.Name.FAILING, "Texts: 9 of 9 failed within an hour.")], now=LATER)
    SenderRate.objects.create(sender="sms", next_at=LATER)
    Circuit.objects.create(channel="email", failures=1, failing_since=LATER, code="refused")
    beat("worker", now=LATER)


def _set_up(dana: Provider, manager: User, desk: User) -> None:
    MessageTemplate.objects.create(
        kind="confirmation",
        part="subject",
        language="en",
        words="{clinic}: your visit",
        updated_by=manager,
        updated_at=LATER,
    )
    take_time_off(
        make_time_off("2026-12-21", "2026-12-23", provider=dana, reason="Away"), now=LATER
    )
    open_holiday(date(2026, 11, 26))
    ProviderDelay.objects.create(
        provider=dana, minutes=30, since=LATER, until=LATER + HOUR, by=desk
    )
    patient = Patient.objects.earliest("pk")
    PatientNote.objects.create(patient=patient, text="Prefers mornings", by=desk, at=LATER)
    record_view(
        desk.pk,
        route="staff/patients/<int:pk>/",
        method="GET",
        patients=[patient.pk],
        asked={},
        now=LATER,
    )


def _closures() -> None:
    """A day that was closed and told of, and one that is planned only."""
    book(at("2026-11-20 10:00"), person=somebody(8), now=LATER)
    book(at("2026-11-20 11:00"), person=somebody(9), now=LATER)
    send(plan(day=SNOW, now=LATER), now=LATER)
    book(at("2026-11-23 10:00"), person=somebody(10), now=LATER)
    plan(day=HEATING, reason="Heating", now=LATER)
    assert Appointment.objects.filter(status="cancelled").count() > 1
