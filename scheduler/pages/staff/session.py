"""Unlocking a session that was idle, and keeping one alive while somebody types."""

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import RateLimited
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from scheduler.accounts.lock_session import unlock as unlock_session
from scheduler.accounts.roles import Right
from scheduler.pages.staff.guard import staff

WRONG = "That is not your password. Try again."
TOO_OFTEN = "That was wrong too often. Wait five minutes, or sign out."


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """GET asks for the password; POST `password` opens the session and goes on to `next`.

    A script that posts (`X-Requested-With: fetch`) gets 204, or 422 with the reason as text.
    """
    if not request.user.is_authenticated:
        return redirect_to_login("/staff/")
    given = request.GET.get("next") or request.POST.get("next") or ""
    ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()})
    onward = given if ours else "/staff/"
    error = ""
    if request.method == "POST":
        error = _open(request)
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(error, status=422 if error else 204, content_type="text/plain")
        if not error:
            return redirect(onward)
    return render(
        request,
        "staff/unlock.html",
        {"next": onward, "error": error},
        status=422 if error else 200,
    )


def _open(request: HttpRequest) -> str:
    """Unlocks where the password is right; else what to say. Wrong ones count as at sign-in."""
    try:
        right = get_adapter().reauthenticate(request.user, request.POST.get("password", ""))
    except (RateLimited, ValidationError):
        return TOO_OFTEN
    if not right:
        return WRONG
    unlock_session(request.session, now=timezone.now())
    return ""


@require_POST
@staff(*Right)
def active(_request: HttpRequest) -> HttpResponse:
    """Somebody is typing: the middleware has noted it."""
    return HttpResponse(status=204)
