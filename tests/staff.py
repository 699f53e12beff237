"""People on the staff, and browsers that they are signed in with."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from scheduler.models import Provider
from scheduler.queries.access import CLINICIAN, DESK, MANAGER
from tests import seed

PASSWORD = "correct horse battery"
ROLES = (DESK, CLINICIAN, MANAGER)
HTMX = {"HTTP_HX_REQUEST": "true"}


def make_user(role: str | None = DESK, username: str = "", **fields: Any) -> User:
    """Somebody with this role (None: none), who can sign in with PASSWORD; managers may open the
    admin's set-up pages too."""
    if not Group.objects.exists():
        seed.copy(seed.ROLES)
    name = username or (role or "nobody").split()[-1].lower()
    about = {"is_staff": role == MANAGER, **fields}
    user = User.objects.create_user(name, password=PASSWORD, **about)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_clinician(provider: Provider, username: str = "") -> User:
    """The user who is this provider."""
    user = make_user(CLINICIAN, username or provider.slug)
    provider.user = user
    provider.save()
    return user


def signed_in(user: User) -> Client:
    """A browser that checks CSRF as a real one has it, with the user's session."""
    client = Client()
    client.force_login(user)
    return client
