"""The day's board, below `/staff/day/`."""

from django.urls import path

from scheduler.pages.staff.today import board, running_late

urlpatterns = [
    path("", board.board, name="staff-day"),
    path("version/", board.version, name="staff-day-version"),
    path("close/", board.closing, name="staff-day-close"),
    path("sheet/", board.sheet, name="staff-day-sheet"),
    path("late/<slug:slug>/", running_late.late, name="staff-late"),
    path("late/<slug:slug>/over/", running_late.on_time, name="staff-on-time"),
    path("<slug:reference>/step/", board.take_step, name="staff-step"),
]
