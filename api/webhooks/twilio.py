"""What Twilio tells us: texts that come in, and what became of those that went out.

Both are signed by Twilio or refused. The signature is checked over the address that the settings
name, never over forwarded headers, and only form fields count.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from scheduler.messaging.delivery.record import record_delivery
from scheduler.replies.receive import receive
from tasks.nudge import nudge

FORM = "application/x-www-form-urlencoded"
_SID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{3,19}", re.ASCII)
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def _signed(request: HttpRequest) -> bool:
    """Whether Twilio signed this very form for this very address."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if not (settings.TWILIO_AUTH_TOKEN and signature and request.content_type == FORM):
        return False
    url = settings.PUBLIC_URL + request.get_full_path()
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(validator.validate(url, request.POST.dict(), signature))


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """A text. It is stored before anything is done; the same MessageSid acts once."""
    if not _signed(request):
        return HttpResponseForbidden("Not signed by Twilio.")
    sid, sender = request.POST.get("MessageSid", ""), request.POST.get("From", "")
    if not _SID.fullmatch(sid) or not _NUMBER.fullmatch(sender):
        return HttpResponse("MessageSid or From is missing.", status=400)
    receive(
        sid,
        sender,
        request.POST.get("Body", "").replace("\x00", ""),
        now=timezone.now(),
        answered_by_carrier=bool(request.POST.get("OptOutType")),
    )
    nudge()
    return HttpResponse(_EMPTY, content_type="text/xml")


@csrf_exempt
@require_POST
def status(request: HttpRequest) -> HttpResponse:
    """A delivery status, for the message whose id the address carries."""
    if not _signed(request):
        return HttpResponseForbidden("Not signed by Twilio.")
    message = request.GET.get("message", "")
    sid = request.POST.get("MessageSid", "")
    event = request.POST.get("MessageStatus", "")
    if not _HEX_ID.fullmatch(message) or not _SID.fullmatch(sid) or not event.isalpha():
        return HttpResponse("message, MessageSid or MessageStatus is missing.", status=400)
    record_delivery(
        message, sid, event[:20], request.POST.get("ErrorCode", "")[:20], now=timezone.now()
    )
    return HttpResponse(status=204)
