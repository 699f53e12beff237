"""The pages of messages, below `/staff/messages/`."""

from django.urls import path

from scheduler.pages.staff.messages import conversation, lists, steps, templates

urlpatterns = [
    path("", lists.tasks, name="staff-messages"),
    path("talks/", lists.conversations, name="staff-conversations"),
    path("with/<int:pk>/", conversation.with_patient, name="staff-conversation-of-patient"),
    path("text/<int:pk>/", conversation.with_number, name="staff-conversation-of-text"),
    path("task/<int:pk>/", steps.settle, name="staff-task"),
    path("again/<int:pk>/", steps.again, name="staff-again"),
    path("pause/", steps.pause, name="staff-pause"),
    path("templates/", templates.index, name="staff-templates"),
    path(
        "templates/<slug:kind>/<slug:part>/<slug:language>/",
        templates.edit,
        name="staff-template",
    ),
    path("<slug:state>/", lists.state, name="staff-messages-state"),
]
