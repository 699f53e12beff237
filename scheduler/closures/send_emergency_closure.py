"""Tell the patients of a closed day, once: their visits are called off, new times offered."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduler.booking.cancel import cancel
from scheduler.booking.holds.hold_replacement import answer_until, held_until
from scheduler.booking.holds.release_hold import release_hold
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic
from scheduler.closures.emergency_closure import AlreadySent, news_at, span_of
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.closures.time_off import lock_hours
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.messaging.consent.agreed import agreed_by
from scheduler.messaging.models import Message
from scheduler.messaging.plan import CLOSED, new
from scheduler.transactions.row_locks import lock_row
from scheduler.worklist.ask_staff import ask_staff
from scheduler.worklist.models import StaffTask

# Between the news of one visit and of the next, so that the earliest visit hears first.
APART = timedelta(seconds=1)
NOT_TOLD = "We closed on them, and they have not agreed to be written to."


def send_emergency_closure(
    emergency_closure_id: int, *, by: int, now: datetime
) -> EmergencyClosure:
    """Call the visits off and owe everybody the news, from 6:00 on, the earliest visit first.

    `by` is the id of the user who sends. A visit that was moved or called off since the plan is
    left alone, and its kept time let go. Who can't be written to goes on the call list.
    Raises AlreadySent; then nothing is written.
    """
    clinic = current_clinic()
    with transaction.atomic():
        lock_hours(None)
        emergency_closure = lock_row(EmergencyClosure.objects.all(), emergency_closure_id)
        if emergency_closure.sent_at is not None:
            raise AlreadySent
        due = news_at(clinic, now=now)
        until = answer_until(clinic, asked_at=due)
        for offer in _planned(emergency_closure):
            if not _still_stands(offer.appointment, emergency_closure, clinic):
                release_hold(offer.held_id)
                offer.delete()
                continue
            _keep_on(offer, due, until)
            _call_off(offer, emergency_closure, due=due, now=now)
            due += APART
        emergency_closure.sent_at, emergency_closure.sent_by_id = now, by
        emergency_closure.save()
    return emergency_closure


def _planned(emergency_closure: EmergencyClosure) -> list[RescheduleOffer]:
    """The offers by the time of their visits; the visits' rows are locked."""
    ids = emergency_closure.offers.values("appointment")
    list(Appointment.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    offers = emergency_closure.offers.filter(status=RescheduleOffer.Status.PLANNED)
    return list(
        offers.select_related("appointment__visit_type", "held").order_by(
            "appointment__starts_at", "appointment__pk"
        )
    )


def _still_stands(
    appointment: Appointment, emergency_closure: EmergencyClosure, clinic: Clinic
) -> bool:
    begins, ends = span_of(emergency_closure.day, clinic)
    return appointment.status in EXPECTED and begins <= appointment.starts_at < ends


def _keep_on(offer: RescheduleOffer, asked_at: datetime, until: datetime) -> None:
    """The answer counts from the asking, not from the plan; a time that lapsed is not offered."""
    held = offer.held
    offer.status = RescheduleOffer.Status.SENT
    offer.expires_at = until
    if held is None:
        return
    keep_until = held_until(held.starts_at, offer.appointment.visit_type.move_cutoff, until)
    lapsed = held.hold_expires_at is None or held.hold_expires_at <= asked_at
    if held.status != AppointmentStatus.HELD or lapsed or keep_until <= asked_at:
        release_hold(held.pk)
        offer.held = None
        return
    held.hold_expires_at = offer.expires_at = keep_until
    held.save(update_fields=["hold_expires_at"])


def _call_off(
    offer: RescheduleOffer, emergency_closure: EmergencyClosure, *, due: datetime, now: datetime
) -> None:
    appointment = cancel(
        offer.appointment_id,
        by=Appointment.Actor.STAFF,
        reason=f"We closed: {emergency_closure.reason}",
        tell=False,
        now=now,
    )
    offer.save()
    addresses = agreed_by(appointment.contact) if appointment.contact else []
    Message.objects.bulk_create(
        new(appointment, CLOSED, address, due=due, expires=offer.expires_at, now=now)
        for address in addresses
    )
    if not addresses:
        ask_staff(
            StaffTask.Kind.CALL_CLOSED,
            appointment=appointment,
            urgent=True,
            note=NOT_TOLD,
            now=now,
        )
