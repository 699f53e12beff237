"""Hold a slot while a code is on its way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.availability.visit_rules import Visit
from scheduler.booking.holds.release_hold import release_earlier
from scheduler.booking.holds.send_code import CODE_LIVES, choose_channel, owe_code
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import Draft, Policy
from scheduler.core.status import AppointmentStatus
from scheduler.rate_limits.counting import digest, locks_of
from scheduler.transactions.lock_order import Key

HOLDS_A_CONTACT = 2


@dataclass(frozen=True)
class Hold(Policy):
    """Keep the slot for 15 minutes and owe a code to the contact.

    `instead_of` is the caller's own earlier hold, given up in the same transaction. Raises
    TooManyHolds, NoSuchContact and CodeLimit besides what `reserve` raises.
    """

    instead_of: int | None = None

    counts_as_hold = True

    def locks(self) -> Iterable[Key]:
        return locks_of([to for _, to in self.request.person.addresses], self.request.network)

    def draft(self, visit: Visit, *, now: datetime) -> Draft:
        person, network = self.request.person, self.request.network
        channel, to = choose_channel(person, network, now=now)
        owner = digest("hold", f"{to} {network}")
        # Who takes a third time gives up the first.
        release_earlier(owner, keep=HOLDS_A_CONTACT - 1, instead_of=self.instead_of)
        return Draft(
            status=AppointmentStatus.HELD,
            fields={
                "held_details": person.to_json(),
                "hold_expires_at": now + CODE_LIVES,
                "hold_owner": owner,
                "code_channel": channel,
                "code_number": 1,
                "code_sent_at": now,
            },
        )

    def owe(self, appointment: Appointment, draft: Draft, *, now: datetime) -> None:
        channel = appointment.code_channel
        address = channel, dict(self.request.person.addresses)[channel]
        owe_code(appointment, address, self.request.network, now=now)
