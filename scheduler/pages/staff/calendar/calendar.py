"""Where the staff come in: the calendar, or the page that is of most use to their role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from scheduler.accounts.access import may
from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider
from scheduler.clinic.opening_day import opening_day
from scheduler.clinic.time_format import in_words
from scheduler.core.wall_clock import offset_at
from scheduler.pages.staff.calendar.status_marks import BADGES, STATUSES
from scheduler.pages.staff.day_in_address import why_not_today
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.menu import menu_of
from scheduler.pages.staff.show_page import show_page


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
