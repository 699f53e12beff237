"""The staff's pages, below `/staff/`; signing in is allauth's, without signing up."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from scheduler.pages.staff import (
    day,
    duplicates,
    export_patient,
    home,
    late,
    my_day,
    patient,
    patients,
    ready,
    session,
    trail,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="staff"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    # Closed; allauth's sign-in page wants to know its address.
    path("account/signup/", account.signup, name="account_signup"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("unlock/", session.unlock, name="staff-unlock"),
    path("active/", session.active, name="staff-active"),
    path("patients/", patients.search, name="staff-patients"),
    path("patients/duplicates/", duplicates.duplicates, name="staff-duplicates"),
    path("patients/<int:pk>/", patient.page, name="staff-patient"),
    path("patients/<int:pk>/edit/", patient.edit, name="staff-patient-edit"),
    path("patients/<int:pk>/note/", patient.note, name="staff-patient-note"),
    path("patients/<int:pk>/consent/", patient.consent, name="staff-patient-consent"),
    path("patients/<int:pk>/apart/", duplicates.apart, name="staff-apart"),
    path("patients/<int:pk>/merge/<int:other>/", duplicates.merge, name="staff-merge"),
    path("patients/<int:pk>/export", export_patient.export, name="staff-patient-export"),
    path("trail/", trail.page, name="staff-trail"),
    path("trail/export.csv", trail.export, name="staff-trail-export"),
    path("day/", day.board, name="staff-day"),
    path("day/version/", day.version, name="staff-day-version"),
    path("day/close/", day.closing, name="staff-day-close"),
    path("day/sheet/", day.sheet, name="staff-day-sheet"),
    path("day/late/<slug:slug>/", late.late, name="staff-late"),
    path("day/late/<slug:slug>/over/", late.on_time, name="staff-on-time"),
    path("day/<slug:reference>/step/", day.take_step, name="staff-step"),
    path("my-day/", my_day.my_day, name="staff-my-day"),
    path("ready/", ready.ready_list, name="staff-ready-list"),
    path("appointments/<slug:reference>/ready/", ready.ready, name="staff-ready"),
    path("calls/", include("scheduler.pages.staff.call_urls")),
    path("messages/", include("scheduler.pages.staff.message_urls")),
]
