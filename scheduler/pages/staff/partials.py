"""A page whose main part is asked for anew by itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.pages.staff.show_page import show_page


def asks_for_partial(request: HttpRequest) -> bool:
    """Whether htmx asks, which puts the answer into a page that is there already."""
    return "HX-Request" in request.headers


def show_partial_or_page(
    request: HttpRequest, part: str, page: str, context: dict[str, Any]
) -> HttpResponse:
    """The template `part` alone where htmx asks, else the whole `page`."""
    if asks_for_partial(request):
        return render(request, part, context)
    return show_page(request, page, context)
