"""The staff's pages, below `/staff/`; signing in is allauth's, without signing up."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from scheduler.pages.staff import appointment, appointment_move, home, session

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="staff"),
    path("appointments/<str:reference>/", appointment.appointment, name="staff-appointment"),
    path("appointments/<str:reference>/act", appointment.act, name="staff-appointment-act"),
    path("appointments/<str:reference>/move", appointment_move.move, name="staff-appointment-move"),
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
]
