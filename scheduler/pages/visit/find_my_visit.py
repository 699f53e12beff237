"""The message is lost: the links of all coming visits, to the number or address that has them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.messaging.models import Channel
from scheduler.messaging.send_links import send_links
from scheduler.pages.link_guard import keep_answers
from scheduler.pages.network import network_of
from scheduler.pages.notes import go
from scheduler.pages.show_form import show_form
from scheduler.patients import parsing
from tasks.nudge import nudge

Address = tuple[str, str]


class FindForm(forms.Form):
    """One field, in which either kind of address may stand; its value is (channel, address)."""

    address = forms.CharField(
        max_length=parsing.EMAIL_LENGTH,
        error_messages={"required": _("Type your mobile number or your email address.")},
    )

    def clean_address(self) -> Address:
        written: Any = self.cleaned_data["address"]
        try:
            if "@" in written:
                return Channel.EMAIL.value, parsing.email(written)
            return Channel.SMS.value, parsing.phone(written)
        except parsing.NotValid:
            raise ValidationError(
                _("Type a number with its area code, such as (419) 555-0123, or an email address.")
            ) from None


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """POST `address` leads to the one answer there is, whether or not anything is known."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        send_links(address, network=network_of(request), now=timezone.now())
        nudge()
        return go(reverse("find-sent"))
    return keep_answers(show_form(request, "visit/find_my_visit.html", {"form": form}))


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "visit/find_my_visit_sent.html")
