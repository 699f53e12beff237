"""Make the staff's roles: groups with their rights, as `queries.access` lists them."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from scheduler.queries.access import ROLES


@transaction.atomic
def load_roles() -> None:
    """Create each role that is missing, with its rights. One that exists keeps what it was given.

    The permissions themselves come with `migrate`.
    """
    for name, rights in ROLES.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="scheduler", codename__in=rights)
            )
