"""The staff's pages, below `/staff/`, in the order of the menu."""

from django.urls import URLPattern, URLResolver, include, path

from scheduler.pages.staff import session
from scheduler.pages.staff.audit_log import audit_log
from scheduler.pages.staff.calendar import appointment, calendar, find_time, move, quick_booking
from scheduler.pages.staff.my_day import my_day
from scheduler.pages.staff.numbers import delivery, numbers
from scheduler.pages.staff.readiness import readiness

urlpatterns: list[URLPattern | URLResolver] = [
    path("", calendar.home, name="staff"),
    path("appointments/<str:reference>/", appointment.appointment, name="staff-appointment"),
    path("appointments/<str:reference>/act", appointment.act, name="staff-appointment-act"),
    path("appointments/<str:reference>/move", move.move, name="staff-appointment-move"),
    path("account/", include("scheduler.pages.staff.account_urls")),
    path("unlock/", session.unlock, name="staff-unlock"),
    path("book/", quick_booking.book, name="staff-book"),
    path("book/who/", quick_booking.who, name="staff-book-who"),
    path("find/", find_time.find, name="staff-find"),
    path("active/", session.active, name="staff-active"),
    path("patients/", include("scheduler.pages.staff.patients.urls")),
    path("trail/", audit_log.page, name="staff-audit-log"),
    path("trail/export.csv", audit_log.export, name="staff-audit-log-export"),
    path("day/", include("scheduler.pages.staff.today.urls")),
    path("my-day/", my_day.my_day, name="staff-my-day"),
    path("ready/", readiness.ready_list, name="staff-ready-list"),
    path("appointments/<slug:reference>/ready/", readiness.ready, name="staff-ready"),
    path("calls/", include("scheduler.pages.staff.calls.urls")),
    path("messages/", include("scheduler.pages.staff.messages.urls")),
    path("numbers/messages/", delivery.delivery, name="staff-delivery"),
    path("numbers/", numbers.index, name="staff-numbers"),
    path("setup/", include("scheduler.pages.staff.setup.urls")),
    path("time-off/", include("scheduler.pages.staff.time_off.urls")),
]
