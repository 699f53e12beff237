"""Let go of a hold: its slot is free again."""

from scheduler.booking.models import Appointment
from scheduler.core.status import AppointmentStatus
from scheduler.transactions.statements import change_rows

_RELEASE_EARLIER = """
    UPDATE scheduler_appointment SET status = 'expired', held_details = NULL
     WHERE status = 'held'
       AND (id = %(instead_of)s
            OR id IN (SELECT id FROM scheduler_appointment
                       WHERE hold_owner = %(owner)s AND status = 'held'
                         AND id IS DISTINCT FROM %(instead_of)s
                       ORDER BY created_at DESC, id DESC OFFSET %(keep)s))
"""


def release_hold(appointment_id: int | None) -> None:
    """Let go of a hold, if it is one still; for who owns it. Its code finds nothing any more."""
    if appointment_id is None:
        return
    Appointment.objects.filter(pk=appointment_id, status=AppointmentStatus.HELD).update(
        status=AppointmentStatus.EXPIRED, held_details=None
    )


def release_earlier(owner: str, *, keep: int, instead_of: int | None) -> None:
    """Let go of the holds of one owner but the `keep` latest, and of `instead_of` with them."""
    change_rows(_RELEASE_EARLIER, {"owner": owner, "keep": keep, "instead_of": instead_of})
