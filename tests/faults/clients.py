"""A process of clients that book, move, cancel, undo and take time off at random.

python -m tests.faults.clients SECONDS THREADS SEED

It works on the database that the environment names and prints a JSON object: `done` and `refused`
count by verb and reason, `unexpected` are the tracebacks of what should not have happened.
"""

import json
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import django

from scheduler.links.codes import code as derive_code

django.setup()

from django.conf import settings  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402

from scheduler.availability.load_schedule import load_schedule  # noqa: E402
from scheduler.availability.visit_rules import load_visit  # noqa: E402
from scheduler.booking.book import BookAtOnce  # noqa: E402
from scheduler.booking.cancel import cancel  # noqa: E402
from scheduler.booking.confirm import confirm  # noqa: E402
from scheduler.booking.holds.hold import Hold  # noqa: E402
from scheduler.booking.holds.verify import verify  # noqa: E402
from scheduler.booking.models import Appointment  # noqa: E402
from scheduler.booking.reschedule import reschedule  # noqa: E402
from scheduler.booking.reserve import BookingRequest, reserve  # noqa: E402
from scheduler.booking.undo_cancel import undo_cancel  # noqa: E402
from scheduler.clinic.models import (  # noqa: E402
    Provider,
    Room,
    TimeOff,
)
from scheduler.closures.time_off import take_time_off  # noqa: E402
from scheduler.core.refusal import Refusal  # noqa: E402
from scheduler.core.status import AppointmentStatus  # noqa: E402
from scheduler.patients.person import Person  # noqa: E402
from scheduler.transactions.timeouts import why_away  # noqa: E402

PATIENTS = 40
DAYS = timedelta(days=12)
# On a busy machine the time may be over before much has happened: each client does so many things,
# unless even so many seconds more don't do.
AT_LEAST, LONGER = 5, 60.0
ACTORS = (Appointment.Actor.PATIENT.value, Appointment.Actor.STAFF.value)


class Client(threading.Thread):
    """One client on a connection of its own."""

    def __init__(self, seed: int, until: float) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.unexpected: list[str] = []
        self._random = random.Random(seed)
        self._until = until
        self._verbs: dict[Callable[[datetime], object], int] = {
            self.book: 6,
            self.hold_and_verify: 3,
            self.move: 6,
            self.cancel: 3,
            self.undo: 3,
            self.confirm: 1,
            self.take_time_off: 2,
            self.come_back: 1,
        }

    def run(self) -> None:
        while self._goes_on():
            [verb] = self._random.choices(list(self._verbs), weights=list(self._verbs.values()))
            try:
                if verb(datetime.now(UTC)):
                    self.done[verb.__name__] += 1
            except Refusal as refusal:
                self.refused[type(refusal).__name__] += 1
            except OperationalError as error:
                # Who waits too long for a lock is answered 503, with nothing written.
                if why_away(error) == "lock":
                    self.refused["busy"] += 1
                else:
                    self.unexpected.append(traceback.format_exc())
            except Exception:
                self.unexpected.append(traceback.format_exc())
        connection.close()

    def _goes_on(self) -> bool:
        late = time.monotonic() - self._until
        return late < 0 or (self.done.total() < AT_LEAST and late < LONGER)

    def book(self, now: datetime) -> object:
        wanted = self._wanted(self._kind(), now)
        return wanted and reserve(BookAtOnce(wanted), now=now)

    def hold_and_verify(self, now: datetime) -> object:
        wanted = self._wanted(self._kind(), now)
        if wanted is None:
            return None
        held = reserve(Hold(wanted), now=now)
        code = derive_code(settings.LINK_KEYS, held.reference, held.code_number)
        return verify(held.pk, code, now=datetime.now(UTC))

    def move(self, now: datetime) -> object:
        found = self._any(now, AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
        start = found and self._start(found.visit_type.slug, now)
        if not (found and start):
            return None
        return reschedule(found.pk, start, by=self._random.choice(ACTORS), now=now)

    def cancel(self, now: datetime) -> object:
        found = self._any(now, AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
        return found and cancel(found.pk, by=self._random.choice(ACTORS), now=now)

    def undo(self, now: datetime) -> object:
        found = self._any(now, AppointmentStatus.CANCELLED)
        return found and undo_cancel(found.pk, by=self._random.choice(ACTORS), now=now)

    def confirm(self, now: datetime) -> object:
        found = self._any(now, AppointmentStatus.BOOKED)
        return found and confirm(found.pk, now=now)

    def take_time_off(self, now: datetime) -> object:
        """An hour or two of a provider, a room or, seldom, the clinic."""
        day, hour = self._day(now), self._fashion(now).randrange(8, 16)
        time_off = TimeOff(
            first_day=day,
            last_day=day,
            starts=clock_time(hour, self._random.choice((0, 15, 30))),
            ends=clock_time(hour + self._random.choice((1, 2)), 45),
        )
        scope = self._random.random()
        if scope < 0.6:
            time_off.provider = self._random.choice(list(Provider.objects.all()))
        elif scope < 0.9:
            time_off.room = self._random.choice(list(Room.objects.all()))
        return take_time_off(time_off, now=now)

    def come_back(self, _now: datetime) -> object:
        """Time off is given up, so that the clinic does not close for good."""
        ids = list(TimeOff.objects.values_list("pk", flat=True))
        return ids and TimeOff.objects.filter(pk=self._random.choice(ids)).delete()[0]

    def _kind(self) -> str:
        return self._random.choice(("new-patient", "follow-up", "phone-visit"))

    def _wanted(self, kind: str, now: datetime) -> BookingRequest | None:
        """Somebody of a small town at a popular hour: people and times meet often."""
        start = self._start(kind, now)
        number = self._random.randrange(PATIENTS)
        if start is None:
            return None
        return BookingRequest(
            visit_type=kind,
            start=start,
            network=f"10.0.{self._random.randrange(200)}.0/24",
            person=Person(
                name="Quenby Lindqvist",
                date_of_birth=date(1950, 1, 1) + timedelta(days=number),
                phone=f"+1419555{1000 + number:04d}",
                sms_consent=True,
            ),
        )

    def _start(self, kind: str, now: datetime) -> datetime | None:
        """A start that is free, or would be if nobody had booked."""
        visit, day = load_visit(kind), self._day(now)
        schedule = load_schedule(visit, day, day, now=now)
        if self._random.random() < 0.5:
            schedule = schedule.without_bookings()
        free = sorted({at for starts in schedule.free_starts.values() for at in starts})
        return datetime.fromtimestamp(self._fashion(now).choice(free), UTC) if free else None

    def _day(self, now: datetime) -> date:
        return (now + timedelta(days=self._fashion(now).randrange(3, DAYS.days))).date()

    def _fashion(self, now: datetime) -> random.Random:
        """Three in four want what everybody wants in this half of a second."""
        if self._random.random() < 0.25:
            return self._random
        return random.Random(int(now.timestamp() * 2))

    def _any(self, now: datetime, *statuses: AppointmentStatus) -> Appointment | None:
        found = Appointment.objects.filter(status__in=statuses, starts_at__gt=now)
        return found.select_related("visit_type").order_by("?").first()


def main(seconds: float, threads: int, seed: int) -> None:
    until = time.monotonic() + seconds
    clients = [Client(seed + number, until) for number in range(threads)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    report = {
        "done": sum((client.done for client in clients), Counter()),
        "refused": sum((client.refused for client in clients), Counter()),
        "unexpected": [one for client in clients for one in client.unexpected],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
