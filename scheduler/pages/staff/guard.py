"""The door of every staff page: who may come in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from scheduler.accounts.access import may
from scheduler.accounts.roles import Right
from scheduler.pages.staff.htmx_answers import htmx_asks

View = Callable[..., HttpResponse]


def staff(*rights: Right) -> Callable[[View], View]:
    """Only for who is signed in and has one of these rights; others are sent to the sign-in page,
    or refused (403)."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                if htmx_asks(request):
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if not any(may(request.user, right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rights = rights  # type: ignore[attr-defined]
        return guarded

    return guard


def user_of(request: HttpRequest) -> User:
    """The user behind `guard.staff`; nobody else gets there."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
