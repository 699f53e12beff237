"""Ask a person to look."""

from datetime import datetime

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Message
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask


def ask_staff(
    kind: StaffTask.Kind,
    *,
    now: datetime,
    message: Message | None = None,
    appointment: Appointment | None = None,
    inbound: InboundText | None = None,
    urgent: bool = False,
    note: str = "",
) -> StaffTask:
    return StaffTask.objects.create(
        kind=kind,
        message=message,
        appointment=appointment or (message.appointment if message else None),
        inbound=inbound,
        urgent=urgent,
        note=note,
        created_at=now,
    )
