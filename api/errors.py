"""From a refusal to the problem document that the caller reads."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from api.problems import problem
from scheduler.booking.refusals import SlotTaken, TooManyHolds, may_overbook
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.refusal import Refusal
from scheduler.refusals.catalog import api_words, staff_words


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
    found = [
        {"start": one.start.isoformat(), "end": one.end.isoformat(), "provider": one.provider}
        for one in refusal.alternatives
    ]
    return {"alternatives": found}


def refuse_staff(refusal: Refusal, *, overbooking: bool) -> HttpResponse:
    """What the staff's calendar shows, in words for them. `overbooking`: they gave a reason to put
    the visit on top of others."""
    return problem(
        409,
        kind=refusal.code,
        title="Nothing was changed",
        detail=staff_words(refusal),
        alternatives=_on_the_clinics_clock(refusal),
        may_overbook=may_overbook(refusal) and not overbooking,
    )


def _on_the_clinics_clock(refusal: Refusal) -> list[dict[str, str]]:
    found, zone = [], current_clinic().zone
    for one in refusal.alternatives if isinstance(refusal, SlotTaken) else ():
        when = in_words(one.start, zone, "en")
        found.append(
            {
                "start": one.start.astimezone(zone).isoformat(),
                "end": one.end.astimezone(zone).isoformat(),
                "provider": one.provider,
                "words": f"{when.date_short}, {when.time}",
            }
        )
    return found
