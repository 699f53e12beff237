"""What the clinic likes to know before a visit, told after it was booked; none of it is needed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.status import LIVE, VisitOver
from scheduler.transactions.row_locks import lock_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """As typed; empty where nothing was said. `injury` is one of Appointment.Injury, or empty."""

    referred_by: str = ""
    insurance_plan: str = ""
    injury: str = ""


def add_intake(appointment_id: int, intake: Intake, *, now: datetime) -> Appointment:
    """Keep the answers with the appointment, in place of earlier ones.

    Raises VisitOver where the visit has begun, was canceled, or was never booked.
    """
    with transaction.atomic():
        appointment = lock_row(Appointment.objects.all(), appointment_id)
        if appointment.status not in LIVE or appointment.starts_at <= now:
            raise VisitOver
        appointment.referred_by = intake.referred_by
        appointment.insurance_plan = intake.insurance_plan
        appointment.injury = intake.injury
        appointment.version += 1
        appointment.save(update_fields=["referred_by", "insurance_plan", "injury", "version"])
        return appointment
