"""The links of a visit that moves."""

from scheduler.booking.models import Appointment
from scheduler.links.issue import INFORMATION_FOR, MANAGE_FOR
from scheduler.links.models import Link
from scheduler.transactions.statements import change_rows

_KEEP = """
    UPDATE scheduler_link
       SET expires_at = %(ends_at)s + CASE purpose WHEN %(manage)s THEN %(manage_for)s::interval
                                                   ELSE %(information_for)s::interval END
     WHERE appointment_id = %(appointment)s AND purpose IN (%(manage)s, %(information)s)
"""


def keep_links(appointment: Appointment) -> None:
    """The links live as long after the new time as they did after the old one."""
    change_rows(
        _KEEP,
        {
            "appointment": appointment.pk,
            "ends_at": appointment.ends_at,
            "manage": Link.Purpose.APPOINTMENT.value,
            "manage_for": MANAGE_FOR,
            "information": Link.Purpose.INFORMATION.value,
            "information_for": INFORMATION_FOR,
        },
    )
