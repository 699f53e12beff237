"""People on the staff come, change their role and go. Nobody is deleted: the audit log names
them."""

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from scheduler.accounts.roles import MANAGER, ROLES
from scheduler.clinic.models import Provider
from scheduler.core.refusal import Audience, Refusal
from scheduler.transactions.row_locks import lock_row


class NotYourself(Refusal):
    """Nobody locks themselves out: another manager does that."""

    code = "not-yourself"
    met_by = Audience.STAFF


class NotYours(Refusal):
    """An administrator of the whole product is managed by one."""

    code = "not-yours"
    met_by = Audience.STAFF


def add_person(
    username: str,
    name: tuple[str, str],
    role: str,
    password: str,
    *,
    email: str = "",
    provider: int | None = None,
) -> User:
    """Somebody new, who signs in with `password` at first; `name` is (first, last), `provider` the
    id of who they are to patients.

    Raises ValidationError where the password is weak, and IntegrityError where the name is taken.
    """
    first, last = name
    user = User(username=username, first_name=first, last_name=last, email=email)
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save()
        _give_role(user, role)
        if provider is not None:
            Provider.objects.filter(pk=provider, user=None).update(user=user)
    return user


def give_role(user_id: int, role: str, *, by: User) -> User:
    """One role, in the place of any other. Raises NotYourself and NotYours."""
    with transaction.atomic():
        user = _other(user_id, by=by)
        _give_role(user, role)
    return user


def set_active(user_id: int, active: bool, *, by: User) -> User:
    """Let somebody in again, or end it: their sessions are over with their next request.

    Raises NotYourself and NotYours.
    """
    with transaction.atomic():
        user = _other(user_id, by=by)
        user.is_active = active
        user.save(update_fields=["is_active"])
    return user


def _other(user_id: int, *, by: User) -> User:
    user = lock_row(User.objects.all(), user_id)
    if user.pk == by.pk:
        raise NotYourself
    if user.is_superuser and not by.is_superuser:
        raise NotYours
    return user


def _give_role(user: User, role: str) -> None:
    """Managers also use the admin's set-up pages, which ask for `is_staff`."""
    user.groups.remove(*Group.objects.filter(name__in=ROLES))
    user.groups.add(Group.objects.get(name=role))
    user.is_staff = user.is_superuser or role == MANAGER
    user.save(update_fields=["is_staff"])
