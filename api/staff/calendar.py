"""The staff's calendar as JSON. Written as bytes: a busy week has a thousand visits.

Times are the clinic's wall clock, without an offset, as its screen shows them in any browser.
"""

from datetime import date, timedelta
from typing import Any, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field, ValidationInfo, field_validator

from api.fields import Day, Slug
from api.schemas import Problem
from api.staff.auth import StaffAuth
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.core.local_times import WallTimes, offset_text, wall_time
from scheduler.core.status import AppointmentStatus
from scheduler.frontdesk.calendar import Calendar, load_calendar
from scheduler.frontdesk.calendar_rows import FLAGS
from scheduler.frontdesk.calendar_version import calendar_version

router = Router(tags=["staff"])
ERRORS = {401: Problem, 403: Problem, 422: Problem, 423: Problem}
MOST_DAYS = 31
BEING_BOOKED = "Being booked"


class CalendarQuery(Schema):
    first: Day = Field(alias="from", description="The first day, in the clinic's zone.")
    last: Day = Field(alias="to", description="The last day, included; at most 31 days.")
    by: Literal["provider", "room"] = "provider"
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


class ResourceOut(Schema):
    id: str
    title: str
    note: str
    late: int = Field(description="Minutes that this provider runs late now.")


class EventOut(Schema):
    id: str = Field(description="The visit's reference.")
    resource: str
    start: str = Field(examples=["2026-11-24T10:00"])
    end: str
    status: AppointmentStatus
    title: str = Field(description="The patient's name.")
    type: str
    provider: str
    room: str
    version: int
    interpreter: str
    lobby: int | None = Field(description="Minutes in the lobby so far.")
    badges: list[str]


class BackgroundOut(Schema):
    resource: str
    start: str
    end: str
    kind: Literal["closed", "time-off", "holiday"]
    title: str


class CalendarOut(Schema):
    time_zone: str = Field(examples=["America/New_York"])
    utc_offset: str = Field(examples=["-05:00"], description="The zone's offset now.")
    version: str
    opens: str = Field(examples=["08:00"])
    closes: str = Field(examples=["17:00"])
    resources: list[ResourceOut]
    events: list[EventOut]
    backgrounds: list[BackgroundOut]


class VersionOut(Schema):
    version: str


@router.get(
    "calendar",
    auth=StaffAuth(Right.SEE_CALENDAR),
    response={200: CalendarOut, **ERRORS},
    summary="Who is where when",
)
def calendar(request: HttpRequest, query: Query[CalendarQuery]) -> HttpResponse:
    """A column for each provider, or room; what is being booked online has no name yet."""
    found = load_calendar(
        query.first, query.last, by=query.by, provider=query.provider, now=timezone.now()
    )
    patients_viewed(found.patients())
    return HttpResponse(orjson.dumps(_shown(found)), content_type="application/json")


@router.get(
    "calendar/version",
    auth=StaffAuth(Right.SEE_CALENDAR),
    response={200: VersionOut, **ERRORS},
    summary="Whether the calendar changed",
)
def version(request: HttpRequest) -> HttpResponse:
    """A word that differs from the calendar's `version` once something on it has changed."""
    return HttpResponse(
        orjson.dumps({"version": calendar_version()}), content_type="application/json"
    )


def _shown(found: Calendar) -> dict[str, Any]:
    return {
        "time_zone": found.tz.key,
        "utc_offset": offset_text(found.utc_offset),
        "version": found.version,
        "opens": _clock(found.opens),
        "closes": _clock(found.closes),
        "resources": [resource._asdict() for resource in found.resources],
        "events": _events(found),
        "backgrounds": [
            {
                "resource": one.resource,
                "start": wall_time(one.day, one.starts),
                "end": wall_time(one.day, one.ends),
                "kind": one.kind,
                "title": one.title,
            }
            for one in found.backgrounds
        ],
    }


def _events(found: Calendar) -> list[dict[str, Any]]:
    wall = WallTimes(found.utc_offsets)
    badges = _Badges()
    return [
        {
            "id": row[0],
            "resource": resource,
            "start": wall[row[3]],
            "end": wall[row[4]],
            "status": row[5],
            "title": row[8] or BEING_BOOKED,
            "type": row[9],
            "provider": provider,
            "room": room,
            "version": row[6],
            "interpreter": row[10],
            "lobby": row[11],
            "badges": badges[row[12], late],
        }
        for row, resource, provider, room, late in found.visits
    ]


class _Badges(dict[tuple[int, bool], list[str]]):
    """The flags of a row, and whether the provider runs late, as words; made on first use."""

    def __missing__(self, key: tuple[int, bool]) -> list[str]:
        flags, late = key
        words = [word for bit, word in enumerate(FLAGS) if flags >> bit & 1]
        self[key] = [*words, "running-late"] if late else words
        return self[key]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
