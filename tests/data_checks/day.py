"""One day of a clinic that is full of faults."""

from datetime import timedelta
from typing import Any

from scheduler.booking.models import Appointment
from scheduler.patients.person import Person
from tests.factories import NOW, TUESDAY, book, somebody
from tests.messaging.carriers import Carrier

HOUR = timedelta(hours=1)


class Day:
    """A day of Dana's clinic with people of its own: what is broken in one leaves the others be.

    Days are counted from the Tuesday, two a week. What leads to one is done on the Monday, in a
    second of its own; by the time of the check three hours have passed. `carrier` takes the
    messages of all days.
    """

    def __init__(self, day: int, carrier: Carrier) -> None:
        weeks, days = divmod(day, 2)
        self.day = day
        self.now = NOW + timedelta(seconds=day)
        self.ten = TUESDAY + timedelta(weeks=weeks, days=days)
        self.network = f"198.51.{day}.0/24"
        self.stranger = f"+14195550{100 + day}"
        self.carrier = carrier

    def somebody(self, number: int, **changes: Any) -> Person:
        return somebody(10 * self.day + number, **changes)

    def book(self, hours: int, person: Person, **changes: Any) -> Appointment:
        """A visit so many hours after ten."""
        start = self.ten + hours * HOUR
        return book(start, person=person, network=self.network, now=self.now, **changes)
