"""An appointment as the API shows it, and a booking as it is remembered."""

from datetime import datetime, timedelta
from typing import Any

from api import schemas
from scheduler.booking.may_change import open_changes
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.links.issue import information_url, know_links, manage_url, tokens_of
from scheduler.patients.models import Contact
from scheduler.patients.person import Person


def person_of(payload: schemas.BookingIn) -> Person:
    patient, helper = payload.patient, payload.contact
    return Person(
        name=patient.name,
        date_of_birth=patient.date_of_birth,
        phone=patient.phone or "",
        email=patient.email or "",
        language=patient.language,
        contact_name=helper.name if helper else "",
        relation=helper.relation if helper else Contact.SELF,
        sms_consent=payload.consent.sms,
        email_consent=payload.consent.email,
    )


def as_remembered(appointment: Appointment) -> dict[str, Any]:
    """The answer to a booking without its links, as it is remembered for an Idempotency-Key."""
    tz = current_clinic().zone
    expires = appointment.hold_expires_at
    return {
        "id": appointment.reference,
        "status": appointment.status,
        "start": appointment.starts_at.astimezone(tz).isoformat(),
        "end": appointment.ends_at.astimezone(tz).isoformat(),
        "provider": appointment.provider.slug,
        "hold_expires_at": expires.astimezone(tz).isoformat() if expires else None,
        "code_sent_by": appointment.code_channel or None,
    }


def links_of(appointment: Appointment) -> dict[str, str]:
    tokens = tokens_of(appointment.links.all())
    return {
        "token": tokens["a"],
        "manage_url": manage_url(tokens["a"]),
        "information_url": information_url(tokens["i"]),
    }


def after_change(found: Appointment, changed: Appointment) -> Appointment:
    """The changed appointment beside what was read of it before and stayed."""
    for name in ("visit_type", "provider"):
        if getattr(found, f"{name}_id") == getattr(changed, f"{name}_id"):
            setattr(changed, name, getattr(found, name))
    know_links(changed, list(found.links.all()))
    return changed


def as_shown(appointment: Appointment, *, now: datetime) -> dict[str, Any]:
    clinic = current_clinic()
    visit_type = appointment.visit_type
    changes = open_changes(appointment, by=Appointment.Actor.PATIENT, now=now)
    urls = links_of(appointment)
    expires = appointment.hold_expires_at
    tz = clinic.zone
    arrive = appointment.starts_at - timedelta(minutes=visit_type.arrive_early_minutes)
    return {
        "id": appointment.reference,
        "status": appointment.status,
        "version": appointment.version,
        "visit_type": visit_type.slug,
        "visit_name": visit_type.name_in(appointment.language),
        "provider": appointment.provider.slug,
        "provider_name": str(appointment.provider),
        "start": appointment.starts_at.astimezone(tz),
        "end": appointment.ends_at.astimezone(tz),
        "time_zone": clinic.time_zone,
        "arrive_by": arrive.astimezone(tz),
        "by_phone": visit_type.by_phone,
        "address": clinic.address,
        "instructions": visit_type.instructions_in(appointment.language),
        "language": appointment.language,
        "manage_url": urls["manage_url"],
        "information_url": urls["information_url"],
        "hold_expires_at": expires.astimezone(tz) if expires else None,
        "can_confirm": changes.confirm,
        "can_reschedule": changes.move,
        "can_cancel": changes.cancel,
    }
