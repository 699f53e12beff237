"""People who were entered twice: some doubts are open, one was settled by a merge."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from scheduler.booking.models import Appointment
from scheduler.demo.cast import Cast
from scheduler.demo.people import names
from scheduler.demo.people.somebody import Somebody
from scheduler.demo.world import By
from scheduler.patients.models import Contact

BOOK, MERGE = "staff/book/", "staff/patients/<int:pk>/merge/<int:other>/"
OPEN_DOUBTS, MERGED_DAYS_AGO = 4, 38


def enter_twice(cast: Cast) -> None:
    """Put the second entries into the months."""
    rng, days = cast.world.rng, cast.days
    for number in range(OPEN_DOUBTS):
        at = days.in_office(cast.today - timedelta(days=1 + 2 * number), rng)
        cast.world.later(at, partial(_again, cast), cast.tasks.somebody(BOOK))
    at = days.in_office(cast.today - timedelta(days=MERGED_DAYS_AGO), rng)
    cast.world.later(at, partial(_again, cast, merged=True), cast.tasks.somebody(BOOK))


def _again(cast: Cast, *, merged: bool = False) -> None:
    """The desk books for somebody whom they did not find, as the name is spelled otherwise."""
    known = next(filter(lambda one: _can_be_doubled(cast, one), cast.people), None)
    follow_up = cast.types.get("follow-up")
    slot = next(
        (
            one
            for one in cast.unused
            if one.type is follow_up and one.start > cast.world.clock + timedelta(days=3)
        ),
        None,
    )
    if known is None or slot is None:
        return
    cast.unused.remove(slot)
    cast.writers.add(known.phone)
    twin = replace(
        known, name=_misspelled(known.name), email="", mails=False, twin=True,
        patient=None, contact=None,
    )  # fmt: skip
    visit = cast.visits.book(slot, twin)
    cast.waiting_room.expect(visit, slot, missed=False)
    if merged:
        at = cast.days.next_moment(cast.world.clock + timedelta(days=2), cast.world.rng)
        cast.world.later(at, partial(_merge, cast, known, twin), By(cast.staff.manager, MERGE))


def _can_be_doubled(cast: Cast, one: Somebody) -> bool:
    alone = one.patient is not None and one.phone and not one.shares and not one.helper
    alone = alone and one.name.partition(" ")[0] in names.ALSO_CALLED
    return bool(alone and one.texts and one.language == "en" and one.phone not in cast.writers)


def _misspelled(name: str) -> str:
    """As it was heard on the phone."""
    first, _, last = name.partition(" ")
    return f"{names.ALSO_CALLED[first]} {last}"


def _merge(cast: Cast, known: Somebody, twin: Somebody) -> None:
    """Everything goes to the one who is kept."""
    kept, other = known.patient, twin.patient
    if kept is None or other is None:
        return
    for contact in cast.world.rows[Contact]:
        if contact.patient_id == other.pk:
            cast.world.change(contact, patient_id=kept.pk)
    for visit in cast.world.rows[Appointment]:
        if visit.patient_id == other.pk:
            cast.world.change(visit, patient=kept)
    cast.world.change(other, merged_into_id=kept.pk, possible_duplicate=False)
