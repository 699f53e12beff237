"""A clinic with one provider, and visits in every state, with fixed values."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider, VisitType, WeeklyHours
from scheduler.links.issue import issue_links, token_of
from scheduler.messaging.message_secrets import secrets_of
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact, Patient
from tests import seed

# A Monday, 10:00 in Findlay; the visits below are on the Tuesday of the week after.
NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
VISIT_START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def make_bare_clinic() -> Clinic:
    """The clinic and its condition's page, without any visit type."""
    if not Clinic.objects.exists():
        seed.copy("clinic_and_condition")
    return Clinic.objects.get()


def make_visit_type(**fields: object) -> VisitType:
    defaults: dict[str, object] = {
        "name": "New patient visit",
        "name_es": "Primera cita",
        "duration_minutes": 60,
        "arrive_early_minutes": 20,
        "instructions": "Bring your insurance card.",
        "instructions_es": "Traiga su tarjeta del seguro.",
        "own_reminders": True,
    }
    slug = str(fields.pop("slug", "new-patient"))
    return VisitType.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_dana_whitfield(visit_type: VisitType) -> Provider:
    """Dana Whitfield, who works Mondays to Thursdays, 8 to 5, and Friday mornings."""
    provider, created = Provider.objects.get_or_create(
        slug="dana-whitfield", defaults={"name": "Dana Whitfield", "credentials": "MD"}
    )
    provider.visit_types.add(visit_type)
    if created:
        WeeklyHours.objects.bulk_create(
            WeeklyHours(
                provider=provider,
                weekday=weekday,
                opens=time(8),
                closes=time(12) if weekday == 4 else time(17),
            )
            for weekday in range(5)
        )
    return provider


def make_patient() -> Patient:
    return Patient.objects.create(
        name="Ana Ruiz", folded_name="ana ruiz", phone="+14195550123", created_at=NOW
    )


def make_appointment(
    *,
    status: str = "booked",
    start: datetime = VISIT_START,
    reference: str = "7KQ2M9XA",
    **fields: object,
) -> Appointment:
    """A visit of an hour with its two links, as booking leaves it."""
    make_bare_clinic()
    visit_type = fields.pop("visit_type", None) or make_visit_type()
    assert isinstance(visit_type, VisitType)
    end = start + timedelta(minutes=visit_type.duration_minutes)
    if status not in {"held", "expired"}:
        patient = make_patient()
        contact = Contact.objects.create(patient=patient, name=patient.name, phone=patient.phone)
        fields = {"patient": patient, "contact": contact, **fields}
    appointment = Appointment.objects.create(
        reference=reference,
        visit_type=visit_type,
        provider=make_dana_whitfield(visit_type),
        status=status,
        starts_at=start,
        ends_at=end,
        busy_start=start,
        busy_end=end,
        created_at=NOW,
        **fields,
    )
    issue_links(appointment)
    return appointment


def token(appointment: Appointment, purpose: str = "a") -> str:
    return token_of(appointment.links.get(purpose=purpose))


def page_of(appointment: Appointment) -> str:
    """The path of the appointment's page."""
    return f"/a/{token(appointment)}"


def make_reminder(**visit: object) -> Message:
    """One that is planned by mail, of a visit as `make_appointment` makes it."""
    appointment = make_appointment(**visit)
    return Message.objects.create(
        appointment=appointment,
        kind="reminder-1-day",
        channel="email",
        to="ana@example.org",
        language=appointment.language,
        due_at=appointment.starts_at,
        next_attempt_at=appointment.starts_at,
        expires_at=appointment.starts_at,
        created_at=NOW,
    )


def unsubscribe_path(reminder: Message) -> str:
    """What the link at the end of the reminder opens."""
    return urlsplit(secrets_of(reminder)["unsubscribe_link"]).path
