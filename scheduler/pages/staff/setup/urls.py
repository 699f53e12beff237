"""Set-up, below `/staff/setup/`."""

from django.urls import path

from scheduler.pages.staff.setup import hours, reminders, setup

urlpatterns = [
    path("", setup.index, name="staff-setup"),
    path("hours/<int:pk>/", hours.hours, name="staff-setup-hours"),
    path("visit-types/<int:pk>/", hours.visit_type, name="staff-setup-visit-type"),
    path("reminders/", reminders.of_all, name="staff-setup-reminders"),
    path("reminders/<int:pk>/", reminders.of_type, name="staff-setup-reminders-of"),
    path("people/", setup.people, name="staff-people"),
    path("people/<int:pk>/", setup.person, name="staff-person"),
]
