"""Times and answers as staff's pages say them."""

import json

from django.http import HttpResponse
from django_htmx.http import trigger_client_event


def say(response: HttpResponse, words: str, **also: str) -> HttpResponse:
    """Have the page say it; `also` are more events, such as closePanel and changed."""
    response["HX-Trigger"] = json.dumps({"say": words, **also})
    return response


def done(words: str) -> HttpResponse:
    """What a panel's form answers when it worked: the panel closes, lists look again."""
    return say(HttpResponse(), words, closePanel="", changed="")


def tell(response: HttpResponse, words: str, *, close: bool = False) -> HttpResponse:
    """The answer with the events `say`, `changed` and, where asked, `closePanel`."""
    trigger_client_event(response, "say", {"value": words})
    trigger_client_event(response, "changed", {})
    if close:
        trigger_client_event(response, "closePanel", {})
    return response
