"""What staff do about messages: mark handled, stop or go on texting, send again, pause it all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from scheduler.accounts.roles import Right
from scheduler.core.refusal import Refusal
from scheduler.frontdesk.message_list import TASKS
from scheduler.messaging.delivery.pause_sending import pause_sending, resume_sending
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.resend import other_channel, resend
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.refuse import refuse
from scheduler.replies.resolve_pause import go_on_texting, stop_for_good
from scheduler.worklist.models import StaffTask
from scheduler.worklist.settle import settle_task
from tasks.nudge import nudge

LIST = "/staff/messages/"


@require_POST
@staff(Right.SEE_MESSAGES)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `how`: handled, stop (for good) or go-on (texting)."""
    task = get_object_or_404(StaffTask, pk=pk, kind__in=TASKS)
    by, now = user_of(request), timezone.now()
    how = request.POST.get("how", "")
    try:
        if how == "stop":
            stop_for_good(pk, by=by, now=now)
            messages.success(request, "Stopped for good: no more texts to this number.")
        elif how == "go-on":
            go_on_texting(pk, by=by, now=now)
            messages.success(request, "Texts to this number go on.")
        elif task.kind == StaffTask.Kind.MAYBE_STOP:
            messages.error(request, "Say whether they meant to stop: until then texts wait.")
        else:
            settle_task(pk, by=by, now=now)
            messages.success(request, "Handled.")
    except Refusal as refusal:
        return refuse(request, refusal, _back_to(request))
    nudge()
    return redirect(_back_to(request))


@require_POST
@staff(Right.SEE_MESSAGES)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `way`: same or other (channel)."""
    message = get_object_or_404(Message, pk=pk)
    other = request.POST.get("way") == "other"
    channel = other_channel(message.channel) if other else message.channel
    try:
        resend(pk, channel=channel, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return refuse(request, refusal, _back_to(request))
    nudge()
    how = "text" if channel == Channel.SMS else "mail"
    messages.success(request, f"It goes out again, by {how}.")
    return redirect(_back_to(request))


@require_POST
@staff(Right.EDIT_MESSAGES)
def pause(request: HttpRequest) -> HttpResponse:
    """POST `on` to pause all sending, nothing to go on."""
    if "on" in request.POST:
        pause_sending(by=user_of(request), now=timezone.now())
        messages.success(request, "Sending is paused.")
    elif resume_sending():
        nudge()
        messages.success(request, "Sending goes on: what is due leaves now, if it is still of use.")
    return redirect(LIST)


def _back_to(request: HttpRequest) -> str:
    """To where it was asked (`next`), on these pages only."""
    given = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()})
    return given if ours and given.startswith("/staff/") else LIST
