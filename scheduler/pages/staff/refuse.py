"""A refusal on staff's pages: a toast that says why."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from scheduler.core.refusal import Refusal
from scheduler.pages.staff.htmx_answers import htmx_asks, tell
from scheduler.refusals.catalog import staff_words


def toast(refusal: Refusal) -> HttpResponse:
    """Over the page that is open, which looks again."""
    return tell(HttpResponse(status=409), staff_words(refusal))


def refuse(request: HttpRequest, refusal: Refusal, back: str, *args: Any) -> HttpResponse:
    """Where no script asks, the toast is on the page at `back`, as `redirect` takes it."""
    if htmx_asks(request):
        return toast(refusal)
    messages.error(request, staff_words(refusal))
    return redirect(back, *args)
