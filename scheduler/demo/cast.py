"""Everybody and everything that takes part, ready to live through the months up to now."""

from datetime import UTC, datetime, time, timedelta

from scheduler.clinic.closures import closed_days
from scheduler.clinic.models import Clinic, VisitType
from scheduler.demo.days import Days
from scheduler.demo.desk.tasks import Tasks
from scheduler.demo.people.consents import Consents
from scheduler.demo.people.register import Register
from scheduler.demo.people.somebody import Somebody, make_people
from scheduler.demo.people.staff import Staff, hire
from scheduler.demo.texts.carrier import Carrier
from scheduler.demo.texts.messages import Messages
from scheduler.demo.texts.replies import Replies
from scheduler.demo.visits.history import History
from scheduler.demo.visits.providers import Working, open_practice
from scheduler.demo.visits.readiness import Readying
from scheduler.demo.visits.schedule import Slot
from scheduler.demo.visits.steps import Visits
from scheduler.demo.visits.waiting_room import WaitingRoom
from scheduler.demo.world import World

WEEKS_BACK, WEEKS_AHEAD = 26, 8
PATIENTS, STRANGERS = 430, 90
# The patients of before came with the product, so long before the first of the weeks.
BROUGHT_IN = timedelta(days=9)
_PREPARED = timedelta(hours=2)


class Cast:
    """`people` are patients sooner or later; `strangers` only ask to be called. `unused` are times
    that nobody has; whoever takes one removes it."""

    def __init__(
        self, clinic: Clinic, *, seed: int, now: datetime, weeks_back: int = WEEKS_BACK
    ) -> None:
        self.now = now = now.astimezone(UTC)
        self.today = today = now.astimezone(clinic.zone).date()
        monday = today - timedelta(days=today.weekday())
        self.first = monday - timedelta(weeks=weeks_back)
        self.last = monday + timedelta(weeks=WEEKS_AHEAD, days=6)
        closed = closed_days(self.first - timedelta(days=60), self.last + timedelta(days=90))
        self.days = days = Days(clinic.zone, clinic.business_days, set(closed))
        self.world = world = World(clinic, seed=seed, now=now)
        self.since = world.since = days.at(self.first - BROUGHT_IN, time(9))
        self.types = {one.slug: one for one in VisitType.objects.filter(active=True)}
        self.staff: Staff = hire(world, since=self.since - timedelta(days=1))
        self.practice: list[Working] = open_practice(
            world, self.staff, self.types, first_monday=self.first, since=self.since
        )
        everybody = make_people(world.rng, today, PATIENTS + STRANGERS)
        self.people: list[Somebody] = everybody[:PATIENTS]
        self.strangers: list[Somebody] = everybody[PATIENTS:]
        self.unused: list[Slot] = []
        self.writers: set[str] = set()
        self._assemble()

    def _assemble(self) -> None:
        world, days = self.world, self.days
        self.consents = Consents(world)
        self.tasks = Tasks(world, days, self.staff)
        self.carrier = Carrier(world, self.consents, self.tasks)
        self.messages = Messages(world, days, self.consents, self.carrier)
        self.register = Register(world, days, self.staff)
        self.visits = Visits(
            world=world, days=days, register=self.register, consents=self.consents,
            messages=self.messages, tasks=self.tasks,
        )  # fmt: skip
        self.replies = Replies(
            world=world, days=days, consents=self.consents, messages=self.messages,
            visits=self.visits, tasks=self.tasks,
        )  # fmt: skip
        self.readying = Readying(world, days, self.tasks)
        self.waiting_room = WaitingRoom(world, self.visits, self.tasks)
        self.history = History(
            world=world, days=days, visits=self.visits, replies=self.replies,
            readying=self.readying, waiting_room=self.waiting_room, tasks=self.tasks,
            since=self.since + _PREPARED,
        )  # fmt: skip

    def awake(self, before: timedelta) -> datetime:
        """So long before now, or the evening before where people were asleep by then."""
        at = self.now - before
        local = at.astimezone(self.days.tz)
        if 7 <= local.hour < 22:
            return at
        day = local.date() - timedelta(days=local.hour < 7)
        return self.days.at(day, time(21)) - before / 12

    def at_work(self, before: timedelta) -> datetime:
        """So long before now, or the end of the last working day where nobody worked by then."""
        at = self.now - before
        if self.days.staff_is_in(at):
            return at
        local = at.astimezone(self.days.tz)
        day = local.date()
        if not self.days.is_open(day) or local.time() < time(8, 30):
            day = self.days.shifted(day, -1)
        return self.days.at(day, time(16, 10)) - before / 12
