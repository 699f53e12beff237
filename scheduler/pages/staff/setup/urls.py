"""Set-up, below `/staff/setup/`."""

from django.urls import path

from scheduler.pages.staff.setup import hours, setup

urlpatterns = [
    path("", setup.index, name="staff-setup"),
    path("hours/<int:pk>/", hours.hours, name="staff-setup-hours"),
    path("visit-types/<int:pk>/", hours.visit_type, name="staff-setup-visit-type"),
    path("people/", setup.people, name="staff-people"),
    path("people/<int:pk>/", setup.person, name="staff-person"),
]
