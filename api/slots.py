"""The free slots. Written as bytes: on the hot path a schema would cost more than the search."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field, ValidationInfo, field_validator

from api.fields import Day, Slug
from api.schemas import Problem, SlotsOut
from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.schedule import Schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.core.local_times import LocalTimes

router = Router(tags=["slots"])
MOST_DAYS = 62


class SlotsQuery(Schema):
    visit_type: Slug = Field(examples=["new-patient"])
    first: Day = Field(alias="from", description="The first day, in the clinic's zone.")
    last: Day = Field(alias="to", description="The last day, included; at most 62 days.")
    provider: Slug | None = Field(None, description="Everybody, if left out.")

    @field_validator("last")
    @classmethod
    def _forward(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first")
        if first is not None and last < first:
            raise ValueError("It must not come before from.")
        if first is not None and last - first >= timedelta(days=MOST_DAYS):
            raise ValueError(f"Ask for at most {MOST_DAYS} days at a time.")
        return last


@router.get("slots", response={200: SlotsOut, 422: Problem}, summary="Free slots")
def slots(request: HttpRequest, query: Query[SlotsQuery]) -> HttpResponse:
    """Sorted by start and provider, one entry a start and provider."""
    visit = load_visit(query.visit_type)
    schedule = load_schedule(
        visit, query.first, query.last, now=timezone.now(), provider=query.provider
    )
    return HttpResponse(_json(schedule), content_type="application/json")


def _json(schedule: Schedule) -> str:
    duration = schedule.visit.shape.duration
    local = LocalTimes(schedule.utc_offsets)
    owners = sorted(schedule.free_starts, key=schedule.slugs.__getitem__)
    ends = [f',"provider":"{schedule.slugs[owner]}"}}' for owner in owners]
    count = len(owners)
    # A start and its provider's rank as one number: quicker to sort than pairs.
    found = [
        start * count + rank
        for rank, owner in enumerate(owners)
        for start in schedule.free_starts[owner]
    ]
    found.sort()
    slots: list[str] = []
    before, times = None, ""
    for number in found:
        start, rank = divmod(number, count)
        if start != before:
            times = f'{{"start":"{local[start]}","end":"{local[start + duration]}"'
            before = start
        slots.append(times + ends[rank])
    return f'{{"time_zone":"{schedule.visit.tz.key}","slots":[{",".join(slots)}]}}'
