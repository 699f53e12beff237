"""What htmx is answered: a part of a page in the place of the whole, and events for its script."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.pages.staff.show_page import show_page


def htmx_asks(request: HttpRequest, *, target: str = "") -> bool:
    """Whether htmx asks, which puts the answer into a page that is there already; with `target`,
    whether it does so into the element of that id."""
    headers = request.headers
    return "HX-Request" in headers and (not target or headers.get("HX-Target") == target)


def show_part_or_page(
    request: HttpRequest, part: str, page: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template `part` alone where htmx asks, with `in_panel` set, else the whole `page`."""
    if htmx_asks(request):
        return render(request, part, {**context, "in_panel": True}, status=status)
    return show_page(request, page, context, status=status)


def tell(
    response: HttpResponse, words: str = "", *, changed: bool = True, close: bool = False
) -> HttpResponse:
    """Have the page say the words in its toast, close its panel, and look again at what changed."""
    events = {"say": words} if words else {}
    if close:
        events["closePanel"] = ""
    if changed:
        events["changed"] = ""
    response["HX-Trigger"] = json.dumps(events)
    return response
