"""The staff's pages, below `/staff/`; signing in is allauth's, without signing up."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from scheduler.pages.staff import find_time, home, quick_booking, session

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
    path("book/", quick_booking.book, name="staff-book"),
    path("book/who/", quick_booking.who, name="staff-book-who"),
    path("find/", find_time.find, name="staff-find"),
    path("active/", session.active, name="staff-active"),
]
