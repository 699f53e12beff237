"""Showing a staff page: the same frame around all of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.accounts.access import may
from scheduler.accounts.roles import Right
from scheduler.clinic.current import clinic_if_loaded
from scheduler.core import parsing
from scheduler.pages.staff.menu import menu_of


def show_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template with `menu` ((entry, whether it is here) pairs), `paused` (since when nothing is
    sent), `made_up` (whether a demo is loaded) and `can_book`."""
    clinic = clinic_if_loaded()
    frame = {
        "menu": [(entry, entry.is_here(request.path)) for entry in menu_of(request.user)],
        "can_book": may(request.user, Right.BOOK),
        "paused": clinic.sending_paused_at if clinic else None,
        "made_up": clinic is not None and clinic.demo_loaded_at is not None,
    }
    return render(request, template, frame | context, status=status)


def page_number(request: HttpRequest) -> int:
    """Which page of a long list is asked for; the first where that is no number."""
    return parsing.page(request.GET.get("page"))
