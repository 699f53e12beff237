"""Asking to be called, as a browser does it."""

from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from scheduler.contact_requests.models import ContactRequest
from tests.pages.reading import soup

ANSWERS = {
    "topic": "question",
    "name": "Ana Ruiz",
    "phone": "(419) 555-0123",
    "email": "",
    "language": "en",
    "part_of_day": "any",
    "times": "",
    "note": "",
}


def form_of(response: HttpResponse) -> dict[str, str]:
    """The hidden fields of the page's form."""
    hidden = soup(response).select('form.usa-form input[type="hidden"]')
    return {str(field["name"]): str(field["value"]) for field in hidden}


def ask(client: Client, **changes: object) -> HttpResponse:
    """Opens /contact/, fills it in and sends it; the answer before any redirect."""
    hidden = form_of(client.get("/contact/"))
    form: Any = {**hidden, **ANSWERS, **changes}
    return cast(HttpResponse, client.post("/contact/", form))


def asked(client: Client, **changes: object) -> tuple[ContactRequest, str]:
    """A request that was sent, and the path of its own page."""
    response = ask(client, **changes)
    assert response.status_code == 303, soup(response).select(".usa-error-message")
    return ContactRequest.objects.latest("pk"), response["Location"].split("?")[0]
