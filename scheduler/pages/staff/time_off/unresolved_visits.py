"""The visits that time off would close over, as its form asks what is to become of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider, TimeOff
from scheduler.clinic.time_format import in_words
from scheduler.closures.propose_times import Proposal, propose_times
from scheduler.closures.time_off_over_visits import Decision, Fate, Unresolved
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.deliverable_addresses import with_deliverable_address
from scheduler.refusals.catalog import staff_words

HERE = {AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM}


@dataclass(frozen=True, slots=True)
class UnresolvedVisit:
    """A visit that the time off would close over: what may become of it, what is chosen, and
    whether a text or mail can tell of it."""

    visit: Appointment
    when: str
    is_held: bool
    is_here: bool
    choices: list[tuple[str, str]]
    fate: str
    chosen: str
    problem: str
    can_hear: bool


def unresolved_visits(
    unresolved: Unresolved, decisions: Mapping[int, Decision], time_off: TimeOff, now: datetime
) -> list[UnresolvedVisit]:
    """Of all that `time_off` closes over, what the form asks for, with free times to move to.

    `decisions` are what was chosen so far, by the visit's id.
    """
    tz = current_clinic().zone
    proposals = propose_times(
        [v for v in unresolved.visits if v.status != AppointmentStatus.HELD], time_off, now=now
    )
    names = {p.slug: p.name for p in Provider.objects.filter(active=True)}
    hearing = with_deliverable_address(unresolved.visits)
    return [
        _one(
            visit,
            proposals.get(visit.pk, []),
            decision=decisions.get(visit.pk),
            problem=staff_words(problem) if problem else "",
            names=names,
            can_hear=visit.pk in hearing,
            tz=tz,
        )
        for visit in unresolved.visits
        for problem in [unresolved.problems.get(visit.pk)]
    ]


def _one(
    visit: Appointment,
    proposals: list[Proposal],
    *,
    decision: Decision | None,
    problem: str,
    names: Mapping[str, str],
    can_hear: bool,
    tz: ZoneInfo,
) -> UnresolvedVisit:
    """What was decided stays chosen; at first a move is, where there is a time to move to."""
    is_held = visit.status == AppointmentStatus.HELD
    usual = Fate.LET_GO if is_held else Fate.MOVE if proposals else Fate.CALL
    chosen = ""
    if decision is not None and decision.start is not None:
        chosen = f"{decision.start.isoformat()}|{decision.provider}"
    return UnresolvedVisit(
        visit=visit,
        when=_when(visit.starts_at, tz),
        is_held=is_held,
        is_here=visit.status in HERE,
        choices=[
            (
                f"{one.start.isoformat()}|{one.provider}",
                _where(one, visit, names, tz),
            )
            for one in proposals
        ],
        fate=decision.fate if decision else usual,
        chosen=chosen,
        problem=problem,
        can_hear=can_hear,
    )


def _when(at: datetime, tz: ZoneInfo) -> str:
    words = in_words(at, tz, "en")
    return f"{words.date_short}, {words.time}"


def _where(one: Proposal, visit: Appointment, names: Mapping[str, str], tz: ZoneInfo) -> str:
    if (one.start, one.provider) == (visit.starts_at, visit.provider.slug):
        return "Same time, another room"
    return f"{_when(one.start, tz)}, {names.get(one.provider, one.provider)}"
