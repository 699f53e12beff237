"""Error pages with the clinic's phone number on them. `scheduler.urls` names them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's own handler renders without context, so without the clinic's number; this has it."""
    return render(request, "500.html", status=500)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Our own page also where DEBUG is on, which `make run` is: Django would list its addresses."""
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """No page for the API: it only asks whether the check failed, and answers in JSON itself."""
    if request.path.startswith("/api/"):
        return HttpResponse(status=403)
    return render(request, "403_csrf.html", status=403)
