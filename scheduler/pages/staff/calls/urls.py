"""The call queue's pages, below `/staff/calls/`."""

from django.urls import path

from scheduler.pages.staff.calls import queue, request, steps

urlpatterns = [
    path("", queue.queue, name="staff-calls"),
    path("done/", queue.history, name="staff-calls-done"),
    path("<int:pk>/", request.page, name="staff-call"),
    path("<int:pk>/patient/", request.assign, name="staff-call-patient"),
    path("<int:pk>/arrange/", request.arrange, name="staff-call-arrange"),
    path("hold/<int:pk>/book/", steps.book_kept, name="staff-call-book"),
    path("hold/<int:pk>/free/", steps.free_kept, name="staff-call-free"),
    path("<slug:kind>/<int:pk>/claim/", steps.claim, name="staff-call-claim"),
    path("<slug:kind>/<int:pk>/give-back/", steps.give_back, name="staff-call-back"),
    path("<slug:kind>/<int:pk>/log/", steps.log, name="staff-call-log"),
]
