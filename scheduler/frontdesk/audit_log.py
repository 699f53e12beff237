"""The audit log: who changed what and who looked at whom, newest first, in a fixed number of
queries.

Changes come from the event tables that the database's own triggers write, looks from AccessEvent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import connection, models

from scheduler.frontdesk.audit_log_sql import LOOK, AuditLogQuery, statement
from scheduler.frontdesk.audit_log_words import (
    Change,
    Names,
    asked_in_words,
    changes_of,
    ids_in,
    model_of,
    named_models,
    names_of,
)
from scheduler.frontdesk.route_labels import interface_of, route_label
from scheduler.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is a name; `did` is added, changed, removed or looked at; `what` is the kind of thing,
    or the place that was looked at. `way` says where something was changed.

    `route` is the pattern of the address by which it was done; empty for what the product did.
    `unnamed` is how many more patients were looked at than the first twenty, who are named.
    """

    at: datetime
    who: str
    did: str
    what: str
    way: str
    route: str
    patients: dict[int, str]
    changes: list[Change] = field(default_factory=list)
    unnamed: int = 0

    @property
    def people(self) -> list[tuple[int, str]]:
        """The patients, by name."""
        return sorted(self.patients.items(), key=lambda one: one[1])


_DID = {"insert": "added", "update": "changed", "delete": "removed", "look": "looked at"}


def audit_log(asked: AuditLogQuery, *, zone: ZoneInfo, limit: int, offset: int = 0) -> list[Entry]:
    """Times within an entry are written in `zone`."""
    sql, values = statement(asked, limit=limit, offset=offset)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return _entries(cursor.fetchall(), zone)


def _entries(rows: list[tuple[Any, ...]], zone: ZoneInfo) -> list[Entry]:
    found = [_row(*row) for row in rows]
    wanted: dict[type[models.Model], set[int]] = {model: set() for model in named_models()}
    for row in found:
        wanted[get_user_model()].update(row.users)
        wanted[Patient].update(row.patients)
        if row.model != LOOK:
            for model, pk in ids_in(row.model, row.before, row.now):
                wanted[model].add(pk)
    names = names_of(wanted)
    return [_entry(row, names, zone) for row in found]


@dataclass(frozen=True, slots=True)
class _Row:
    model: str
    at: datetime
    did: str
    patient: int | None
    now: dict[str, Any]
    before: dict[str, Any] | None
    context: dict[str, Any] | None

    @property
    def patients(self) -> list[int]:
        if self.model == LOOK:
            return list(self.now["patients"])
        return [self.patient] if self.patient else []

    @property
    def user(self) -> int | None:
        found = self.now["user_id"] if self.model == LOOK else (self.context or {}).get("user")
        return int(found) if found else None

    @property
    def asked(self) -> Mapping[str, Any]:
        """What a look at the audit log asked for; empty of anything else."""
        return self.now["asked"] if self.model == LOOK else {}

    @property
    def users(self) -> list[int]:
        return [user for user in (self.user, self.asked.get("user")) if user]


def _row(model: str, at: datetime, did: str, details: str, context: str | None) -> _Row:
    patient, now, before = json.loads(details)
    return _Row(model, at, did, patient, now, before, json.loads(context) if context else None)


def _entry(row: _Row, names: Names, zone: ZoneInfo) -> Entry:
    people = names[Patient]
    if row.user:
        who = names[get_user_model()].get(row.user, f"user {row.user}")
    else:
        who = "the product" if row.context is None else "a patient"
    if row.model == LOOK:
        route = row.now["route"]
        what, way = route_label(route) or "a page that is gone", ""
        changes = asked_in_words(row.asked, names)
    else:
        what = str(model_of(row.model)._meta.verbose_name)
        route = (row.context or {}).get("route", "")
        way = interface_of(route)
        before = None if row.did == "delete" else row.before
        changes = changes_of(row.model, before, row.now, names, zone)
    if row.did == "delete":
        changes = [Change(one.field, one.after, one.before) for one in changes]
    return Entry(
        at=row.at,
        who=who,
        did=_DID.get(row.did, row.did),
        what=what,
        way=way,
        route=route,
        patients={pk: people.get(pk, f"patient {pk}") for pk in row.patients},
        changes=changes,
        unnamed=row.now["how_many"] - len(row.patients) if row.model == LOOK else 0,
    )
