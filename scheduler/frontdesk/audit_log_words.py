"""What changed, field by field, as a person reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models

from scheduler.clinic.models import Condition, Provider, Room, VisitType
from scheduler.patients.models import Contact, Patient

# What the product keeps for itself, or says twice.
_INTERNAL = {
    "id",
    "busy_start",
    "busy_end",
    "code_channel",
    "code_number",
    "code_sent_at",
    "code_tries",
    "created_at",
    "folded_name",
    "hold_owner",
    "sequence",
    "version",
}
NOTHING = "nothing"
Names = Mapping[type[models.Model], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str
    after: str


def model_of(name: str) -> type[models.Model]:
    return apps.get_model("scheduler", name)


def named_models() -> tuple[type[models.Model], ...]:
    """What ids stand for in the audit log, where a name says more than a number."""
    return (Patient, Contact, Provider, Room, VisitType, Condition, Group, get_user_model())


def names_of(wanted: Mapping[type[models.Model], Iterable[int]]) -> Names:
    """The names of these ids: one query for each kind of thing."""
    return {
        model: {pk: str(found) for pk, found in model._default_manager.in_bulk(set(ids)).items()}
        for model, ids in wanted.items()
    }


def ids_in(name: str, *rows: Mapping[str, Any] | None) -> Iterable[tuple[type[models.Model], int]]:
    """(model, id) of whatever else the rows of this model name."""
    for field in model_of(name)._meta.concrete_fields:
        related = field.related_model
        if not isinstance(related, type) or related not in named_models():
            continue
        for row in rows:
            if row and (pk := row.get(str(field.column))):
                yield related, pk


def changes_of(
    name: str,
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any],
    names: Names,
    zone: ZoneInfo,
) -> list[Change]:
    """What is otherwise than before; of a new thing, what was written."""
    earlier: Mapping[str, Any] = before or {}
    found = []
    for field in model_of(name)._meta.concrete_fields:
        column = str(field.column)
        if column in _INTERNAL or column not in now or now[column] == earlier.get(column):
            continue
        old = _in_words(field, earlier.get(column), names, zone)
        new = _in_words(field, now[column], names, zone)
        # What is added begins with much that is "no".
        if old != new and not (before is None and new == "no"):
            found.append(Change(str(field.verbose_name), old, new))
    return found


def asked_in_words(asked: Mapping[str, Any], names: Names) -> list[Change]:
    """What a look at the audit log asked for: its days, by whom and with what words, and the
    page."""
    users, page = names[get_user_model()], asked.get("page", 1)
    said = {
        "from": _day_in_words(asked["since"]) if "since" in asked else "",
        "to": _day_in_words(asked["until"]) if "until" in asked else "",
        "who": users.get(asked["user"], "") if "user" in asked else "",
        "words": asked.get("words", ""),
        "page": str(page) if page > 1 else "",
    }
    return [Change(name, NOTHING, word) for name, word in said.items() if word]


def _in_words(field: Any, value: Any, names: Names, zone: ZoneInfo) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.related_model:
        return names.get(field.related_model, {}).get(value, f"no. {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _time_in_words(field, value, zone)


def _time_in_words(field: Any, value: Any, zone: ZoneInfo) -> str:
    if isinstance(field, models.DateTimeField):
        return f"{datetime.fromisoformat(value).astimezone(zone):%b %-d, %Y, %-I:%M %p %Z}"
    if isinstance(field, models.DateField):
        return _day_in_words(value)
    return str(value)


def _day_in_words(written: str) -> str:
    return f"{date.fromisoformat(written):%b %-d, %Y}"
