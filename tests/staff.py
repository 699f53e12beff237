"""People on the staff, and browsers that they are signed in with."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.clinic.models import Provider
from tests import seed

PASSWORD = "correct horse battery"
ROLES = (DESK, CLINICIAN, MANAGER)
HTMX = {"HTTP_HX_REQUEST": "true"}


def make_user(role: str | None = DESK, username: str = "", **fields: Any) -> User:
    """Somebody with this role (None: none), who can sign in with PASSWORD; managers may open the
    admin's set-up pages too."""
    are_seeded = seed.copy_roles()
    if role is None or username or fields or not are_seeded:
        return new_user(role, username, **fields)
    seed.copy_user(_name_of(role))
    user = User.objects.get(username=_name_of(role))
    user.from_seed = True  # type: ignore[attr-defined]
    return user


def new_user(role: str | None, username: str = "", **fields: Any) -> User:
    """The same, where the roles are there already, written row by row."""
    about = {"is_staff": role == MANAGER, **fields}
    user = User.objects.create_user(username or _name_of(role), password=PASSWORD, **about)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def _name_of(role: str | None) -> str:
    return (role or "nobody").split()[-1].lower()


def make_clinician(provider: Provider, username: str = "") -> User:
    """The user who is this provider."""
    user = make_user(CLINICIAN, username or provider.slug)
    provider.user = user
    provider.save()
    return user


def signed_in(user: User) -> Client:
    """A browser that checks CSRF as a real one has it, with the user's session."""
    client = Client()
    if hasattr(user, "from_seed"):
        client.cookies[settings.SESSION_COOKIE_NAME] = seed.copy_session(user.username)
    else:
        client.force_login(user)
    return client
