"""What becomes of visits, step by step, as the product's own verbs write it; in memory."""

from datetime import datetime

from scheduler.booking.models import Appointment
from scheduler.booking.set_appointment_status import STEPS
from scheduler.contact_requests.models import ContactRequest
from scheduler.core import status
from scheduler.core.business_days import late_from
from scheduler.core.status import EXPECTED, AppointmentStatus
from scheduler.demo.people.consents import STAFF_SOURCE
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.visits.kept_times import KeptTimes
from scheduler.demo.visits.schedule import Slot
from scheduler.links.issue import INFORMATION_FOR, MANAGE_FOR
from scheduler.messaging.plan import CANCELLED, CONFIRMATION, MOVED, RESTORED
from scheduler.worklist.models import StaffTask

_S = AppointmentStatus
_BACK = {
    "cancelled_at": None,
    "cancelled_by": "",
    "cancel_reason": "",
    "confirmed_at": None,
    "confirmed_via": "",
    "changed_late": False,
}


class Visits(KeptTimes):
    """Each verb returns quietly where the visit is not in a state for it: things change."""

    def book(
        self,
        slot: Slot,
        person: Somebody,
        *,
        note: str = "",
        request: ContactRequest | None = None,
    ) -> Appointment:
        """The desk books for somebody; what they agree to is asked once."""
        patient, contact = self._register.match(person)
        visit = self._row(slot, person, _S.BOOKED, "staff")
        visit.patient, visit.contact, visit.note = patient, contact, note
        visit.contact_request = request
        self._world.add(visit)
        self.issue_links(visit)
        if not self._consents.of_contact(contact):
            self._consents.record(person, source=STAFF_SOURCE)
        agreed = self._consents.of_contact(contact)
        self._messages.plan(visit, CONFIRMATION, agreed, with_reminders=True)
        return visit

    def confirm(self, visit: Appointment, via: str) -> bool:
        if visit.status != _S.BOOKED or visit.starts_at <= self._world.clock:
            return False
        self._world.change(
            visit,
            status=_S.CONFIRMED,
            confirmed_at=self._world.clock,
            confirmed_via=via,
            version=visit.version + 1,
        )
        return True

    def cancel(self, visit: Appointment, *, by: str, reason: str = "", tell: bool = True) -> bool:
        now = self._world.clock
        if not status.can_move(visit.status, _S.CANCELLED) or visit.starts_at <= now:
            return False
        late = self._is_late(visit.starts_at, by)
        fields = {"cancelled_at": now, "cancelled_by": by, "cancel_reason": reason}
        visit.status = _S.CANCELLED
        self._tell(visit, CANCELLED, tell=tell)
        self._world.change(visit, changed_late=late, **fields)
        if tell and by == "staff":
            self._call_instead(visit)
        if late:
            self._tasks.ask(
                StaffTask.Kind.LATE_CHANGE, visit=visit, urgent=True, note="Canceled late."
            )
        return True

    def undo_cancel(self, visit: Appointment) -> None:
        if visit.status != _S.CANCELLED or visit.starts_at <= self._world.clock:
            return
        visit.status = _S.BOOKED
        self._tell(visit, RESTORED, with_reminders=True)
        self._world.change(visit, **_BACK)

    def move(self, visit: Appointment, slot: Slot, *, by: str) -> bool:
        """To another time, and its patient told; a call instead where nothing can reach them."""
        if visit.status not in EXPECTED or slot.start <= self._world.clock:
            return False
        late = self._is_late(visit.starts_at, by)
        old = visit.starts_at
        if late:
            self._tasks.ask(
                StaffTask.Kind.LATE_CHANGE, visit=visit, urgent=True, note="Moved late."
            )
        self.place(visit, slot, changed_late=late or visit.changed_late)
        agreed = self._consents.of_contact(visit.contact)
        self._messages.plan(visit, MOVED, agreed, with_reminders=True, old_start=old)
        if by == "staff":
            self._call_instead(visit)
        return True

    def bring_back(self, visit: Appointment, slot: Slot) -> None:
        """A visit that the clinic called off takes a new time."""
        old = visit.starts_at
        self.place(visit, slot, **_BACK)
        agreed = self._consents.of_contact(visit.contact)
        self._messages.plan(visit, MOVED, agreed, with_reminders=True, old_start=old)

    def place(self, visit: Appointment, slot: Slot, **more: object) -> None:
        visit.provider = slot.working.row
        for link, life in zip(self._links[visit.pk], (MANAGE_FOR, INFORMATION_FOR), strict=True):
            link.expires_at = slot.end + life
        self._world.change(
            visit,
            **{
                "status": _S.BOOKED,
                "confirmed_at": None,
                "confirmed_via": "",
                "room_id": slot.room,
                "starts_at": slot.start,
                "ends_at": slot.end,
                "busy_start": slot.busy_start,
                "busy_end": slot.busy_end,
                "sequence": visit.sequence + 1,
                "version": visit.version + 1,
                **more,
            },
        )

    def mark(self, visit: Appointment, to: AppointmentStatus) -> bool:
        """A step of the day."""
        if not status.can_move(visit.status, to):
            return False
        step = {STEPS[to]: self._world.clock}
        self._world.change(visit, status=to, version=visit.version + 1, **step)
        return True

    def _tell(
        self, visit: Appointment, kind: str, *, with_reminders: bool = False, tell: bool = True
    ) -> None:
        visit.sequence += 1
        visit.version += 1
        agreed = self._consents.of_contact(visit.contact) if tell else []
        self._messages.plan(visit, kind, agreed, with_reminders=with_reminders)

    def _call_instead(self, visit: Appointment) -> None:
        if not self._consents.reachable(visit.contact):
            self._tasks.call(StaffTask.Kind.CALL_CHANGED, visit)

    def _is_late(self, start: datetime, by: str) -> bool:
        if by != "patient":
            return False
        limit = late_from(
            int(start.timestamp()),
            self._days.tz,
            weekdays_mask=self._days.business_days,
            closed_days=self._days.closed,
        )
        return self._world.clock.timestamp() > limit
