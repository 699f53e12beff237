"""Who is asking."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def user_of(request: HttpRequest) -> User:
    """The user behind `guard.staff`; nobody else gets there."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
