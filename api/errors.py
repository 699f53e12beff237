"""From a refusal to the problem document that the caller reads."""

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from api.problems import problem
from scheduler.booking.refusals import Alternative, SlotTaken, TooManyHolds
from scheduler.core.refusal import Refusal
from scheduler.refusals.catalog import api_words


def refuse(request: HttpRequest, error: Refusal | type[Refusal]) -> HttpResponse:
    """The one handler of refusals; ninja hands over instances."""
    refusal = cast(Refusal, error)
    words = api_words(refusal)
    return problem(
        refusal.status,
        kind=refusal.code,
        title=words.title,
        detail=words.detail,
        errors=[(refusal.field, str(words.message))] if refusal.field else [],
        retry_after=refusal.retry_after,
        **_alternatives(refusal),
    )


def _alternatives(refusal: Refusal) -> dict[str, Any]:
    """Where another time is to be chosen, the nearest free ones."""
    if not isinstance(refusal, SlotTaken | TooManyHolds):
        return {}
    return {"alternatives": list(_shown(refusal.alternatives))}


def _shown(alternatives: Iterable[Alternative]) -> Iterable[dict[str, str]]:
    for slot in alternatives:
        yield {
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
            "provider": slot.provider,
        }
