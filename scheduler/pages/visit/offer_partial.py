"""What the page of a visit that the clinic called off says of a new time."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.booking.holds.withdraw_offers import ANSWERABLE
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.closures.models import RescheduleOffer
from scheduler.core.status import AppointmentStatus
from scheduler.pages.language import page_language
from scheduler.pages.typography import unbroken


@dataclass(frozen=True, slots=True)
class OfferPartial:
    """`closed_on` is the day of the visit; the rest is empty where no time is kept (any more).

    Times are the clinic's, in words. `lapsed`: there was one, and nobody answered in time.
    """

    closed_on: str
    date: str
    time: str
    zone: str
    provider: str
    until: str
    lapsed: bool


def open_offer(appointment: Appointment) -> RescheduleOffer | None:
    """The offer that the patient of a canceled visit may still answer."""
    if appointment.status != AppointmentStatus.CANCELLED:
        return None
    return (
        appointment.offers.filter(status__in=ANSWERABLE)
        .select_related("held__provider")
        .order_by("-pk")
        .first()
    )


def is_kept(offer: RescheduleOffer, *, now: datetime) -> bool:
    """Whether the new time can still be had by saying yes."""
    held = offer.held
    return (
        held is not None
        and held.status == AppointmentStatus.HELD
        and held.hold_expires_at is not None
        and held.hold_expires_at > now
    )


def offer_partial(appointment: Appointment, *, now: datetime) -> OfferPartial | None:
    offer = open_offer(appointment)
    if offer is None:
        return None
    language, zone = page_language(), current_clinic().zone
    closed_on = in_words(appointment.starts_at, zone, language).date
    held = offer.held
    if held is None or not is_kept(offer, now=now):
        return OfferPartial(closed_on, "", "", "", "", "", lapsed=held is not None)
    when = in_words(held.starts_at, zone, language)
    until = in_words(offer.expires_at, zone, language)
    return OfferPartial(
        closed_on=closed_on,
        date=when.date,
        time=unbroken(when.time),
        zone=f"{when.zone_name} ({when.zone})",
        provider=str(held.provider),
        until=f"{until.date}, {unbroken(until.time)}",
        lapsed=False,
    )
