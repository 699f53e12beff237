"""Asking to be called or written to."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from phonenumber_field.phonenumber import to_python

from scheduler.clinic.current import current_clinic
from scheduler.contact_requests.change import change_contact_request
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.links.issue import token_of
from scheduler.pages.contact_requests.callable_days import callable_days
from scheduler.pages.contact_requests.form import ContactForm, new_once, reference_of
from scheduler.pages.language import page_language
from scheduler.pages.link_guard import keep_answers
from scheduler.pages.network import network_of
from scheduler.pages.notes import go
from scheduler.pages.refusals import add_refusal
from scheduler.pages.show_form import show_form
from scheduler.rate_limits.requests import TooManyRequests
from tasks.nudge import nudge

FROM_BOOKING = "booking"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET shows the form, with a booking's answers where it comes from there; POST asks."""
    now = timezone.now()
    language = page_language()
    draft = _draft(request)
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        days=callable_days(current_clinic(), now=now),
        language=language,
        initial={
            "language": language,
            "part_of_day": "any",
            **prefilled(draft),
            "once": new_once(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = _send(form, network_of(request), now=now)
        except TooManyRequests as refusal:
            add_refusal(form, refusal)
        else:
            nudge()
            return go(reverse("contact-request", args=[token_of(asked.links.get())]), "asked")
    context = {"form": form, "from_booking": bool(draft)}
    return keep_answers(show_form(request, "contact_requests/ask.html", context))


def prefilled(draft: dict[str, Any]) -> dict[str, str]:
    """Initial values from a booking's answers: whoever answers the phone is who asks."""
    if not draft:
        return {}
    helper, patient = _said(draft, "contact_name"), _said(draft, "name")
    why, note = _said(draft, "why"), []
    if why:
        note.append(_("Reason: %(why)s") % {"why": why})
    if helper and patient:
        note.append(_("The visit is for %(name)s.") % {"name": patient})
    typed = {
        "name": helper or patient,
        "topic": "book",
        "phone": _as_written(_said(draft, "phone")),
        "email": _said(draft, "email"),
        "language": _said(draft, "language"),
        "note": "\n".join(note),
    }
    return {name: value for name, value in typed.items() if value}


def _draft(request: HttpRequest) -> dict[str, Any]:
    if request.GET.get("from") != FROM_BOOKING:
        return {}
    kept = request.session.get("booking")
    return kept if isinstance(kept, dict) else {}


def _said(draft: dict[str, Any], name: str) -> str:
    value = draft.get(name)
    return value if isinstance(value, str) else ""


def _as_written(phone: str) -> str:
    """Such as "(419) 555-0123"; as it is where it is no number."""
    number = to_python(phone)
    return str(number.as_national) if number and number.is_valid() else phone


def _send(form: ContactForm, network: str, *, now: datetime) -> ContactRequest:
    """Ask, or change what this very form asked for before, in case it is sent again."""
    wanted = form.wanted()
    wanted.reference = reference_of(form.cleaned_data["once"])
    earlier = ContactRequest.objects.filter(reference=wanted.reference).first()
    if earlier is None:
        return request_contact(wanted, network=network, now=now)
    if earlier.status == ContactRequest.Status.OPEN:
        return change_contact_request(earlier.pk, wanted, network=network, now=now)
    wanted.reference = ""
    return request_contact(wanted, network=network, now=now)
