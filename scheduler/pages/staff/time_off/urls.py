"""Time off and emergency closures, below `/staff/time-off/`."""

from django.urls import path

from scheduler.pages.staff.time_off import emergency_closure, time_off

urlpatterns = [
    path("", time_off.index, name="staff-time-off"),
    path("new/", time_off.edit, name="staff-time-off-new"),
    path("<int:pk>/", time_off.edit, name="staff-time-off-edit"),
    path("<int:pk>/delete/", time_off.delete, name="staff-time-off-delete"),
    path("holidays/", time_off.holiday, name="staff-holidays"),
    path("snow/", emergency_closure.begin, name="staff-emergency-closure"),
    path("snow/<int:pk>/", emergency_closure.board, name="staff-emergency-closure-plan"),
    path("snow/<int:pk>/send/", emergency_closure.send, name="staff-emergency-closure-send"),
    path("snow/<int:pk>/drop/", emergency_closure.drop, name="staff-emergency-closure-drop"),
    path(
        "snow/<int:pk>/<int:offer_pk>/",
        emergency_closure.change,
        name="staff-emergency-closure-change",
    ),
]
