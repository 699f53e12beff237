"""Bodies are JSON, and say so."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser


class JsonOnly(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise HttpError(415, "Send the body as JSON, with Content-Type: application/json.")
        try:
            body = super().parse_body(request)
        except (ValueError, RecursionError):
            raise HttpError(400, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise HttpError(400, "The body must be a JSON object.")
        return body
