"""Typed values that say what would be right."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils import timezone
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from scheduler.core import parsing
from scheduler.patients import parsing as typed
from scheduler.patients.parsing_dates import birth_date


def _instant(value: Any) -> datetime:
    at = parsing.instant(value) if isinstance(value, str) else None
    if at is None:
        raise ValueError("Give a time with its offset, such as 2026-11-24T10:00:00-05:00.")
    return at.astimezone(UTC)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("Give a day such as 2026-11-24.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such day.") from None
    return day


def _calendar_day(value: date) -> date:
    if parsing.in_calendar(value) is None:
        raise ValueError("Give a day in this century.")
    return value


def _birth_date(value: date) -> date:
    return birth_date(value, today=timezone.localdate())


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 with an offset, any offset",
            "examples": ["2026-11-24T10:00:00-05:00"],
        }
    ),
]
_DAY_SCHEMA = {"type": "string", "format": "date", "examples": ["2026-11-24"]}
Day = Annotated[
    date, BeforeValidator(_day), AfterValidator(_calendar_day), WithJsonSchema(_DAY_SCHEMA)
]
BirthDate = Annotated[
    date,
    BeforeValidator(_day),
    AfterValidator(_birth_date),
    WithJsonSchema({**_DAY_SCHEMA, "examples": ["1958-03-09"]}),
]
Phone = Annotated[
    str,
    Field(min_length=7, max_length=30, examples=["(419) 555-0123"]),
    AfterValidator(typed.phone),
]
Email = Annotated[
    str,
    Field(
        min_length=5,
        max_length=254,
        examples=["ana@example.org"],
        json_schema_extra={"format": "email"},
    ),
    AfterValidator(typed.email),
]
Name = Annotated[
    str, Field(min_length=1, max_length=120, examples=["Ana O'Neil"]), AfterValidator(typed.name)
]
Relation = Annotated[
    str, Field(min_length=1, max_length=40, examples=["daughter"]), AfterValidator(typed.line)
]
Slug = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(typed.text)]
LongText = Annotated[str, Field(max_length=1000), AfterValidator(typed.text)]
Reason = Annotated[str, Field(max_length=500), AfterValidator(typed.text)]
