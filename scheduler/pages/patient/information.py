"""The opaque link to what a patient should read before the visit."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scheduler.pages.patient.guard import keep_private, refuse_link
from scheduler.queries.access import ExpiredLink, UnknownLink, condition_by_token


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """To the condition's page, or its address elsewhere; nothing of the booking goes with it."""
    try:
        condition = condition_by_token(token, now=timezone.now())
    except (UnknownLink, ExpiredLink) as error:
        return keep_private(refuse_link(request, gone=isinstance(error, ExpiredLink)))
    if condition is None or not condition.published:
        return keep_private(refuse_link(request, gone=False))
    target = condition.external_url or reverse("condition", args=[condition.slug])
    return keep_private(HttpResponseRedirect(target))
