"""Made-up staff, one or more of each role. None can sign in: they have no password."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group, User

from scheduler.accounts.models import StaffMember, StaffRole
from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.demo.world import World

UNUSABLE = "!made-up"
_PEOPLE = (
    ("carla.whitmore", "Carla", "Whitmore", DESK),
    ("devon.price", "Devon", "Price", DESK),
    ("ines.robledo", "Inés", "Robledo", DESK),
    ("joyce.hartman", "Joyce", "Hartman", MANAGER),
    ("tomas.reyes", "Tomás", "Reyes", CLINICIAN),
    ("priya.nair", "Priya", "Nair", CLINICIAN),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The ids of users: those at the front desk, the manager, and clinicians by user name. `names`
    are the names that they sign in by."""

    desk: list[int]
    manager: int
    clinicians: dict[str, int]
    names: dict[int, str]


def hire(world: World, *, since: datetime) -> Staff:
    """Everybody signs on at `since`."""
    groups = dict(Group.objects.values_list("name", "pk"))
    taken = set(User.objects.values_list("username", flat=True))
    found: dict[str, list[tuple[str, int]]] = {}
    names: dict[int, str] = {}
    world.clock = since
    for name, first, last, role in _PEOPLE:
        free = name if name not in taken else f"{name}.demo"
        person = StaffMember(
            username=free,
            first_name=first,
            last_name=last,
            email=f"{name}@example.org",
            password=UNUSABLE,
            is_staff=role == MANAGER,
            date_joined=since,
        )
        world.add(person)
        if role in groups:
            world.add(StaffRole(user_id=person.pk, group_id=groups[role]))
        found.setdefault(role, []).append((name, person.pk))
        names[person.pk] = free
    return Staff(
        desk=[pk for _, pk in found[DESK]],
        manager=found[MANAGER][0][1],
        clinicians=dict(found[CLINICIAN]),
        names=names,
    )
