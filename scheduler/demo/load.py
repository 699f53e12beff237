"""Load the made-up clinic: live through its months in memory, then write all of it at once."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from scheduler.clinic.current import current_clinic, this_clinic
from scheduler.clinic.models import Provider, VisitTypeRoom
from scheduler.demo.cast import WEEKS_BACK, Cast
from scheduler.demo.desk.audit import look_around
from scheduler.demo.desk.closures import close_days
from scheduler.demo.desk.contact_requests import ask_to_be_called
from scheduler.demo.desk.today import make_today
from scheduler.demo.people.doubles import enter_twice
from scheduler.demo.tables import ORDER, ROOTS
from scheduler.demo.texts.conversations import talk
from scheduler.demo.texts.unsubscribes import unsubscribe
from scheduler.demo.visits.bookings import Panel
from scheduler.demo.visits.schedule import Diary, share_filled
from scheduler.demo.write import write

SEED = 20261116
# Of the people, these were patients before the product came.
KNOWN_BEFORE = 0.56


def load_demo(*, now: datetime, seed: int = SEED, weeks_back: int = WEEKS_BACK) -> bool:
    """Fill the clinic with made-up months; False where somebody sees patients here already.

    `now` (aware) is the hour that it is loaded at, `weeks_back` how far the past goes. All of it
    is one transaction.
    """
    if Provider.objects.filter(call_desk=False).exists():
        return False
    fill(now=now, seed=seed, weeks_back=weeks_back)
    return True


def fill(*, now: datetime, seed: int = SEED, weeks_back: int = WEEKS_BACK) -> None:
    """The same whoever is here already."""
    with transaction.atomic():
        cast = Cast(current_clinic(), seed=seed, now=now, weeks_back=weeks_back)
        _book(cast)
        for prepare in (close_days, ask_to_be_called, talk, unsubscribe, enter_twice, make_today):
            prepare(cast)
        cast.world.run()
        look_around(cast)
        write(cast.world, ORDER, ROOTS)
        this_clinic().update(demo_loaded_at=timezone.now())


def _book(cast: Cast) -> None:
    """Put everybody's visits into the months, for `run` to live through."""
    known = int(len(cast.people) * KNOWN_BEFORE)
    for person in cast.people[:known]:
        cast.world.later(cast.since, partial(cast.register.bring_in, person))
    rooms: dict[str, list[int]] = {slug: [] for slug in cast.types}
    uses = VisitTypeRoom.objects.filter(room__active=True)
    for slug, room in uses.values_list("visit_type__slug", "room"):
        rooms.setdefault(slug, []).append(room)
    diary = Diary(cast.days, cast.types, rooms, cast.world.rng)
    panel = Panel(cast.world.rng, cast.people[:known], cast.people[known:], cast.first)
    for day in cast.days.open_days(cast.first, cast.last):
        slots = diary.fill(day, cast.practice, share_filled((day - cast.today).days))
        for booking in panel.fill(slots, day, cast.today):
            cast.history.live(booking)
    cast.unused = panel.unused
