"""The staff's pages, below `/staff/`; signing in is allauth's, without signing up."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from scheduler.pages.staff import session
from scheduler.pages.staff.audit_log import audit_log
from scheduler.pages.staff.calendar import appointment, calendar, find_time, move, quick_booking
from scheduler.pages.staff.my_day import my_day
from scheduler.pages.staff.numbers import numbers
from scheduler.pages.staff.patients import duplicates, export, patient, search
from scheduler.pages.staff.readiness import readiness
from scheduler.pages.staff.setup import hours, setup
from scheduler.pages.staff.time_off import emergency_closure, time_off
from scheduler.pages.staff.today import board, running_late

urlpatterns: list[URLPattern | URLResolver] = [
    path("", calendar.home, name="staff"),
    path("appointments/<str:reference>/", appointment.appointment, name="staff-appointment"),
    path("appointments/<str:reference>/act", appointment.act, name="staff-appointment-act"),
    path("appointments/<str:reference>/move", move.move, name="staff-appointment-move"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    # Closed; allauth's sign-in page wants to know its address.
    path("account/signup/", account.signup, name="account_signup"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("unlock/", session.unlock, name="staff-unlock"),
    path("book/", quick_booking.book, name="staff-book"),
    path("book/who/", quick_booking.who, name="staff-book-who"),
    path("find/", find_time.find, name="staff-find"),
    path("active/", session.active, name="staff-active"),
    path("patients/", search.search, name="staff-patients"),
    path("patients/duplicates/", duplicates.duplicates, name="staff-duplicates"),
    path("patients/<int:pk>/", patient.page, name="staff-patient"),
    path("patients/<int:pk>/edit/", patient.edit, name="staff-patient-edit"),
    path("patients/<int:pk>/note/", patient.note, name="staff-patient-note"),
    path("patients/<int:pk>/consent/", patient.consent, name="staff-patient-consent"),
    path("patients/<int:pk>/apart/", duplicates.apart, name="staff-apart"),
    path("patients/<int:pk>/merge/<int:other>/", duplicates.merge, name="staff-merge"),
    path("patients/<int:pk>/export", export.export, name="staff-patient-export"),
    path("trail/", audit_log.page, name="staff-audit-log"),
    path("trail/export.csv", audit_log.export, name="staff-audit-log-export"),
    path("day/", board.board, name="staff-day"),
    path("day/version/", board.version, name="staff-day-version"),
    path("day/close/", board.closing, name="staff-day-close"),
    path("day/sheet/", board.sheet, name="staff-day-sheet"),
    path("day/late/<slug:slug>/", running_late.late, name="staff-late"),
    path("day/late/<slug:slug>/over/", running_late.on_time, name="staff-on-time"),
    path("day/<slug:reference>/step/", board.take_step, name="staff-step"),
    path("my-day/", my_day.my_day, name="staff-my-day"),
    path("ready/", readiness.ready_list, name="staff-ready-list"),
    path("appointments/<slug:reference>/ready/", readiness.ready, name="staff-ready"),
    path("calls/", include("scheduler.pages.staff.calls.urls")),
    path("messages/", include("scheduler.pages.staff.messages.urls")),
    path("numbers/", numbers.index, name="staff-numbers"),
    path("setup/", setup.index, name="staff-setup"),
    path("setup/hours/<int:pk>/", hours.hours, name="staff-setup-hours"),
    path("setup/visit-types/<int:pk>/", hours.visit_type, name="staff-setup-visit-type"),
    path("setup/people/", setup.people, name="staff-people"),
    path("setup/people/<int:pk>/", setup.person, name="staff-person"),
    path("time-off/", time_off.index, name="staff-time-off"),
    path("time-off/new/", time_off.edit, name="staff-time-off-new"),
    path("time-off/<int:pk>/", time_off.edit, name="staff-time-off-edit"),
    path("time-off/<int:pk>/delete/", time_off.delete, name="staff-time-off-delete"),
    path("time-off/holidays/", time_off.holiday, name="staff-holidays"),
    path("time-off/snow/", emergency_closure.begin, name="staff-emergency-closure"),
    path("time-off/snow/<int:pk>/", emergency_closure.board, name="staff-emergency-closure-plan"),
    path(
        "time-off/snow/<int:pk>/send/", emergency_closure.send, name="staff-emergency-closure-send"
    ),
    path(
        "time-off/snow/<int:pk>/drop/", emergency_closure.drop, name="staff-emergency-closure-drop"
    ),
    path(
        "time-off/snow/<int:pk>/<int:offer_pk>/",
        emergency_closure.change,
        name="staff-emergency-closure-change",
    ),
]
