"""Where the staff come in: the calendar, or the page that is of most use to their role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from scheduler.core.wall_clock import offset_at
from scheduler.models import Provider
from scheduler.pages.staff.days import why_not_today
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.marks import BADGES, STATUSES
from scheduler.pages.staff.menu import menu_of
from scheduler.pages.staff.showing import show_page
from scheduler.queries.access import Right, may
from scheduler.queries.current_clinic import current_clinic
from scheduler.queries.opening_day import opening_day
from scheduler.queries.when import in_words


@staff(*Right)
def home(request: HttpRequest) -> HttpResponse:
    """The calendar; who may not see it goes to the first page of their menu."""
    if not may(request.user, Right.SEE_CALENDAR):
        return redirect(menu_of(request.user)[0].path)
    now, clinic = timezone.now(), current_clinic()
    opening = opening_day(clinic, now=now)
    context = {
        "opens_on": opening.day,
        "instead": why_not_today(opening),
        "today": now.astimezone(clinic.zone).date(),
        "utc_offset_minutes": offset_at(int(now.timestamp()), clinic.zone) // 60,
        "zone_name": in_words(now, clinic.zone, "en").zone_name,
        "providers": Provider.objects.filter(active=True).order_by("call_desk", "name"),
        "can_book": may(request.user, Right.BOOK),
        "statuses": STATUSES,
        "badges": BADGES,
    }
    return show_page(request, "staff/calendar.html", context)
