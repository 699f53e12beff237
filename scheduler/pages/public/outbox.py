"""The outbox on a developer's machine: what was sent, as the patient sees it, and answering it."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from uuid import uuid4

from csp.constants import SELF
from csp.decorators import csp_exempt, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from scheduler.replies.receive import receive
from scheduler.transports import outbox as transport
from scheduler.transports.outbox import Entry
from tasks.nudge import nudge

View = Callable[..., HttpResponse]

NEWEST = 200
# A mail's HTML has its styles inline and may run, load and send nothing.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def local_only(view: View) -> View:
    """404 wherever messages really leave."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not settings.OUTBOX:
            raise Http404
        response = view(request, **named)
        # Not "no-referrer": with that, browsers post `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "outbox"


def _entry(entry_id: str) -> Entry:
    found = transport.entry(_folder(), entry_id)
    if found is None:
        raise Http404
    return found


@require_safe
@csp_update({"frame-src": [SELF]})
@local_only
def index(request: HttpRequest) -> HttpResponse:
    newest_first = transport.entries(_folder())[: -NEWEST - 1 : -1]
    context = {"entries": newest_first, "refreshing": request.GET.get("refresh") == "on"}
    return render(request, "outbox/index.html", context)


@require_safe
@csp_exempt()
@xframe_options_sameorigin
@local_only
def mail(_request: HttpRequest, entry_id: str) -> HttpResponse:
    """The mail's HTML by itself, for the frame; its links open in a tab of their own."""
    html = _entry(entry_id).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


@require_safe
@local_only
def calendar_file(_request: HttpRequest, entry_id: str) -> HttpResponse:
    found = _entry(entry_id)
    if not found.calendar:
        raise Http404
    disposition = 'attachment; filename="appointment.ics"'
    return HttpResponse(
        found.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


@require_POST
@local_only
def reply(request: HttpRequest, entry_id: str) -> HttpResponse:
    """POST `body`: acts as if the patient had answered this text with it."""
    answered = _entry(entry_id)
    body = request.POST.get("body", "").strip()
    if answered.channel != "sms":
        raise Http404
    if body:
        receive(f"outbox-{uuid4().hex}", answered.to, body, now=timezone.now())
        nudge()
    return HttpResponseRedirect(reverse("outbox"))
