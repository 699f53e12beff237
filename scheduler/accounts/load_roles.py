"""Make the staff's roles: groups with their rights, as `queries.access` lists them."""

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q, QuerySet

from scheduler.accounts.roles import MANAGER, ROLES

# What managers set up in the admin: only parts of a whole can be deleted there.
SET_UP = (
    "clinic",
    "room",
    "visittype",
    "provider",
    "condition",
    "conditiontext",
)
# Weekly hours and reminders are not among them: managers change those where they see first what it
# does.
PARTS = ("visittyperoom", "conditionsection")


@transaction.atomic
def load_roles() -> None:
    """Create each role that is missing, with its rights. One that exists keeps what it was given.

    Who is a manager may open the admin. The permissions themselves come with `migrate`.
    """
    for name, rights in ROLES.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="scheduler", codename__in=rights)
            )
            if name == MANAGER:
                group.permissions.add(*_set_up())
    User.objects.filter(groups__name=MANAGER, is_staff=False).update(is_staff=True)


def _set_up() -> QuerySet[Permission]:
    wanted = Q(content_type__model__in=PARTS, codename__startswith="delete_")
    for act in ("add_", "change_", "view_"):
        wanted |= Q(content_type__model__in=[*SET_UP, *PARTS], codename__startswith=act)
    return Permission.objects.filter(wanted, content_type__app_label="scheduler")
