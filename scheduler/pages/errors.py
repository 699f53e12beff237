"""Error pages with the clinic's phone number on them. `scheduler.urls` names them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from scheduler.pages.staff.show_page import show_page

STAFF_PLACES = ("/staff/", "/admin/")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's own handler renders without context, so without the clinic's number; this has it."""
    return render(request, "500.html", status=500)


@requires_csrf_token
def not_open(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """For the staff a page with their menu, which has what their role opens."""
    if request.path.startswith(STAFF_PLACES) and request.user.is_authenticated:
        return show_page(request, "staff/not_open.html", {}, status=403)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Our own page also where DEBUG is on, which `make run` is: Django would list its addresses."""
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """No page for the API: it only asks whether the check failed, and answers in JSON itself."""
    if request.path.startswith("/api/"):
        return HttpResponse(status=403)
    return render(request, "403_csrf.html", status=403)
