"""What mail services tell us of mails that they took: one address each, kept by a password.

Anymail reads each service's own words; nothing goes through its signals.
"""

from collections.abc import Mapping

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from api.webhooks.mail_news import mail_news
from scheduler.messaging.delivery.record_mail_event import record_mail_event

# Those that prove themselves by a name and a password in the address that they are given.
SERVICES: Mapping[str, type[AnymailBaseWebhookView]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
_UNREADABLE = (AnymailError, ValueError, KeyError, TypeError, AttributeError)


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest, service: str) -> HttpResponse:
    """Events of one of `SERVICES`, one or many in a call."""
    if service not in SERVICES:
        raise Http404
    if not settings.MAIL_WEBHOOK_SECRET:
        return HttpResponseForbidden("MAIL_WEBHOOK_SECRET is not set.")
    reader = SERVICES[service](webhook_secret=settings.MAIL_WEBHOOK_SECRET)
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden("Not the password of MAIL_WEBHOOK_SECRET.")
    try:
        found = list(mail_news(reader.parse_events(request)))
    except _UNREADABLE:
        return HttpResponse("Not readable as events of this service.", status=400)
    now = timezone.now()
    for event in found:
        record_mail_event(event, now=now)
    return HttpResponse(status=204)
