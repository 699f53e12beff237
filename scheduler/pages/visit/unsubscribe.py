"""No more reminders to a mail address, by one click in the mail program or on this page."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from scheduler.messaging.consent.stop_reminders import (
    BY_LINK,
    are_reminders_stopped,
    resume_reminders,
    stop_reminders,
)
from scheduler.messaging.models import Message
from scheduler.pages.link_guard import for_reminder


@require_http_methods(["GET", "HEAD", "POST"])
@for_reminder
def unsubscribe(request: HttpRequest, token: str, reminder: Message, now: datetime) -> HttpResponse:
    """POST stops them (RFC 8058: by itself, with no cookie and no page before it), or with
    `reminders` ("on") lets them come again. GET changes nothing."""
    if request.method == "POST":
        if request.POST.get("reminders") == "on":
            resume_reminders(reminder.channel, reminder.to, now=now)
        else:
            stop_reminders(reminder.channel, reminder.to, source=BY_LINK, now=now)
    stopped = are_reminders_stopped(reminder.channel, reminder.to)
    context = {"stopped": stopped, "to": reminder.to, "token": token}
    return render(request, "visit/unsubscribe.html", context)
