"""The call queue's pages, below `/staff/calls/`."""

from django.urls import path

from scheduler.pages.staff import call, call_steps, calls

urlpatterns = [
    path("", calls.queue, name="staff-calls"),
    path("done/", calls.history, name="staff-calls-done"),
    path("<int:pk>/", call.page, name="staff-call"),
    path("<int:pk>/patient/", call.assign, name="staff-call-patient"),
    path("<int:pk>/arrange/", call.arrange, name="staff-call-arrange"),
    path("hold/<int:pk>/book/", call_steps.book_kept, name="staff-call-book"),
    path("hold/<int:pk>/free/", call_steps.free_kept, name="staff-call-free"),
    path("<slug:kind>/<int:pk>/claim/", call_steps.claim, name="staff-call-claim"),
    path("<slug:kind>/<int:pk>/give-back/", call_steps.give_back, name="staff-call-back"),
    path("<slug:kind>/<int:pk>/log/", call_steps.log, name="staff-call-log"),
]
