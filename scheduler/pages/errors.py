"""Error pages with the clinic's phone number on them. `scheduler.urls` names `server_error`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's own handler renders without context, so without the clinic's number; this has it."""
    return render(request, "500.html", status=500)
