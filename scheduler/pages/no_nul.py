"""No page is handed a NUL: no text in PostgreSQL holds one, and nobody types one."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\x00"
# They read what they are sent themselves: the API refuses a NUL by its field's name, and what a
# webhook says is signed as it came.
READ_BY_THEMSELVES = ("/api/", "/webhooks/")


class NoNulMiddleware:
    """Takes NULs out of what a page is sent. An address that holds one leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: _clean(value) for name, value in request.COOKIES.items()}
        if not request.path_info.startswith(READ_BY_THEMSELVES):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
            if request.method == "POST":
                request.POST = _without_nul(request.POST)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, _request: HttpRequest, _view: object, _args: object, given: dict[str, Any]
    ) -> None:
        if any(NUL in value for value in given.values() if isinstance(value, str)):
            raise Http404


def _without_nul(typed: QueryDict) -> QueryDict:
    if not any(NUL in text for name, values in typed.lists() for text in (name, *values)):
        return typed
    clean = QueryDict(mutable=True, encoding=typed.encoding)
    for name, values in typed.lists():
        clean.setlist(_clean(name), [_clean(value) for value in values])
    return clean


def _clean(text: str) -> str:
    return text.replace(NUL, "")
