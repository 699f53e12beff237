"""The made-up providers and their weekly hours."""

from dataclasses import dataclass
from datetime import date, datetime, time

from scheduler.clinic.models import Provider, Room, VisitType, WeeklyHours
from scheduler.core.opening_hours import WeeklyRule
from scheduler.demo.people.staff import Staff
from scheduler.demo.world import World

MORNING, AFTERNOON = (time(8, 30), time(12)), (time(13), time(16, 30))
PROCEDURES = "procedure"
PROCEDURE_DAY = 3


@dataclass(frozen=True, slots=True)
class _Who:
    slug: str
    name: str
    credentials: str
    weekdays: tuple[int, ...]
    types: tuple[str, ...]
    user: str = ""
    procedures_from: int | None = None
    """The week, counted from the first, of their first morning of procedures."""


_PROVIDERS = (
    _Who(
        "maya-ellison", "Maya Ellison", "MD", (0, 1, 2, 3, 4),
        ("new-patient", "follow-up", "phone-visit", PROCEDURES), procedures_from=0,
    ),
    _Who(
        "tomas-reyes", "Tomás Reyes", "DO", (0, 1, 2, 3),
        ("new-patient", "follow-up", PROCEDURES), user="tomas.reyes", procedures_from=1,
    ),
    _Who(
        "priya-nair", "Priya Nair", "CNP", (0, 2, 4),
        ("new-patient", "follow-up", "phone-visit"), user="priya.nair",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Working:
    """A provider with the hours they keep; `types` are slugs, and `rules` each with its own."""

    row: Provider
    types: tuple[str, ...]
    rules: list[tuple[WeeklyRule, tuple[str, ...]]]

    def hours_on(self, day: date) -> list[tuple[WeeklyRule, tuple[str, ...]]]:
        """Procedures first: where they are, nothing else is."""
        found = [(rule, types) for rule, types in self.rules if rule.holds_on(day)]
        special = [pair for pair in found if pair[1] == (PROCEDURES,)]
        taken = {rule.opens for rule, _ in special}
        return special + [p for p in found if p not in special and p[0].opens not in taken]


def open_practice(
    world: World, staff: Staff, types: dict[str, VisitType], *, first_monday: date, since: datetime
) -> list[Working]:
    """The providers, seeing patients from `first_monday` on. A slug that is taken gets a tail."""
    slugs = set(Provider.objects.values_list("slug", flat=True))
    world.clock = since
    practice = []
    for who in _PROVIDERS:
        slug = who.slug if who.slug not in slugs else f"{who.slug}-demo"
        row = world.add(
            Provider(
                slug=slug,
                name=who.name,
                credentials=who.credentials,
                demo=True,
                user_id=staff.clinicians.get(who.user),
            )
        )
        practice.append(_working(world, row, who, types, first_monday=first_monday))
    return practice


def _working(
    world: World, row: Provider, who: _Who, types: dict[str, VisitType], *, first_monday: date
) -> Working:
    room = Room.objects.filter(slug="procedure").first()
    offered = tuple(one for one in who.types if one in types)
    for one in offered:
        world.add(Provider.visit_types.through(provider_id=row.pk, visittype_id=types[one].pk))
    general = tuple(one for one in offered if one != PROCEDURES)
    rules = [
        (WeeklyRule(weekday, *span), general)
        for weekday in who.weekdays
        for span in (MORNING, AFTERNOON)
    ]
    if who.procedures_from is not None and PROCEDURES in offered and room is not None:
        start = date.fromordinal(first_monday.toordinal() + 7 * who.procedures_from)
        rules.append(
            (
                WeeklyRule(
                    PROCEDURE_DAY, *MORNING, valid_from=start, every_n_weeks=2, room=room.pk
                ),
                (PROCEDURES,),
            )
        )
    for rule, slugs_of_rule in rules:
        _write_hours(world, row, rule, [types[one].pk for one in slugs_of_rule])
    return Working(row, offered, rules)


def _write_hours(world: World, row: Provider, rule: WeeklyRule, types: list[int]) -> None:
    hours = world.add(
        WeeklyHours(
            provider_id=row.pk,
            weekday=rule.weekday,
            opens=rule.opens,
            closes=rule.closes,
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
            every_n_weeks=rule.every_n_weeks,
            room_id=rule.room,
        )
    )
    for pk in types:
        world.add(WeeklyHours.visit_types.through(weeklyhours_id=hours.pk, visittype_id=pk))
