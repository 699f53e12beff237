"""What a script is told after a change: a toast says it, and what is shown is asked for anew."""

from django.http import HttpResponse
from django_htmx.http import trigger_client_event


def tell(response: HttpResponse, words: str, *, close: bool = False) -> HttpResponse:
    """The answer with the events `say`, `changed` and, where asked, `closePanel`."""
    trigger_client_event(response, "say", {"value": words})
    trigger_client_event(response, "changed", {})
    if close:
        trigger_client_event(response, "closePanel", {})
    return response
