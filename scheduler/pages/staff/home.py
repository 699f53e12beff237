"""Where the staff come in: the page that is of most use to each role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.menu import menu_of
from scheduler.pages.staff.showing import show_page
from scheduler.queries.access import Right, may


@staff(*Right)
def home(request: HttpRequest) -> HttpResponse:
    """The calendar; who may not see it goes to the first page of their menu."""
    if not may(request.user, Right.SEE_CALENDAR):
        return redirect(menu_of(request.user)[0].path)
    return show_page(request, "staff/calendar.html", {})
