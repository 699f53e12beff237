"""The pages of messages, below `/staff/messages/`."""

from django.urls import path

from scheduler.pages.staff import conversation, message_lists, message_steps, message_templates

urlpatterns = [
    path("", message_lists.tasks, name="staff-messages"),
    path("talks/", message_lists.talks, name="staff-talks"),
    path("with/<int:pk>/", conversation.with_patient, name="staff-talk-patient"),
    path("text/<int:pk>/", conversation.with_number, name="staff-talk-text"),
    path("task/<int:pk>/", message_steps.settle, name="staff-task"),
    path("again/<int:pk>/", message_steps.again, name="staff-again"),
    path("pause/", message_steps.pause, name="staff-pause"),
    path("templates/", message_templates.index, name="staff-templates"),
    path(
        "templates/<slug:kind>/<slug:part>/<slug:language>/",
        message_templates.edit,
        name="staff-template",
    ),
    path("<slug:state>/", message_lists.state, name="staff-messages-state"),
]
