"""Help somebody on the staff back in: a first password, a second step taken away."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from scheduler.accounts.manage_staff import _other


def set_first_password(user_id: int, password: str, *, by: User) -> User:
    """For who forgot theirs: a new one, which ends their sessions.

    Raises NotYourself, NotYours and ValidationError.
    """
    with transaction.atomic():
        user = _other(user_id, by=by)
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def take_second_step(user_id: int, *, by: User) -> User:
    """For who lost their phone: they set it up anew when they next sign in.

    Raises NotYourself and NotYours.
    """
    with transaction.atomic():
        user = _other(user_id, by=by)
        Authenticator.objects.filter(user=user).delete()
    return user
