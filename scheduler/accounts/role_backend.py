"""What somebody's roles allow, in one statement a request where Django takes two."""

from typing import Any

from django.contrib.auth.models import AbstractUser, AnonymousUser

from scheduler.transactions.statements import fetch_planned

_ALLOWED = """
    SELECT type.app_label || '.' || permission.codename
      FROM auth_permission AS permission
      JOIN django_content_type AS type ON type.id = permission.content_type_id
     WHERE permission.id IN (
               SELECT given.permission_id
                 FROM auth_user_groups AS member
                 JOIN auth_group_permissions AS given ON given.group_id = member.group_id
                WHERE member.user_id = %(user)s
                UNION ALL
               SELECT permission_id FROM auth_user_user_permissions WHERE user_id = %(user)s)
"""


class RoleBackend:
    """Knows permissions and nobody: who signs in is asked elsewhere.

    It stands before the backend that signs people in, and leaves what it found where that one
    looks first.
    """

    def authenticate(self, request: Any, **_credentials: Any) -> None:
        """Lets nobody in."""

    def has_perm(
        self, user: AbstractUser | AnonymousUser, permission: str, obj: object = None
    ) -> bool:
        return user.is_active and permission in self.get_all_permissions(user, obj)

    def get_all_permissions(
        self, user: AbstractUser | AnonymousUser, obj: object = None
    ) -> set[str]:
        """All that the user may do whatever row it is about; of a row of its own (`obj`) nothing,
        as with Django's."""
        if obj is not None or user.pk is None or not user.is_active or user.is_superuser:
            return set()
        known: set[str] | None = user.__dict__.get("_perm_cache")
        if known is None:
            known = {name for (name,) in fetch_planned(_ALLOWED, {"user": user.pk})}
            user.__dict__["_perm_cache"] = known
        return known
