"""The statement of the audit log, over every table of events and over the looks at patients.

Each table gives no more than its newest rows of what is asked for, by an index.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from pghistory.models import Event

from scheduler.frontdesk.route_labels import routes_labelled
from scheduler.patients.models import Patient

LOOK = "look"
# How many patients a row names, the earliest first; of the others it says how many they are.
NAMED = 20
# A user-supplied text within LIKE.
_ESCAPED = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
_EVENTS = """
    (SELECT '{label}' AS model, event.pgh_id AS id, event.pgh_created_at AS at,
            event.pgh_label AS did, event.pgh_context_id AS context_id
       FROM {table} AS event
      WHERE {conditions}
      ORDER BY event.pgh_created_at DESC, event.pgh_id DESC LIMIT %(upto)s)
"""
_EVENT = """
    WHEN '{label}' THEN (SELECT jsonb_build_array({patient}, to_jsonb(event), {before})
                           FROM {table} AS event WHERE event.pgh_id = found.id)
"""
_BEFORE = """
    (SELECT to_jsonb(earlier) FROM {table} AS earlier
      WHERE earlier.pgh_obj_id = event.pgh_obj_id AND earlier.pgh_id < event.pgh_id
      ORDER BY earlier.pgh_id DESC LIMIT 1)
"""
_LOOKS = """
    (SELECT 'look', event.id, event.at, 'look', NULL::uuid
       FROM scheduler_accessevent AS event
      WHERE {conditions}
      ORDER BY event.at DESC, event.id DESC LIMIT %(upto)s)
"""
_LOOK = """
    WHEN 'look' THEN (
        SELECT jsonb_build_array(NULL, jsonb_build_object(
                   'user_id', event.user_id, 'route', event.route, 'asked', event.asked,
                   'patients', to_jsonb(event.patients[1:%(named)s]),
                   'how_many', cardinality(event.patients)), NULL)
          FROM scheduler_accessevent AS event WHERE event.id = found.id)
"""
# Which rows are on the page is settled first; what is in them is read of those alone.
_TRAIL = """
    SELECT found.model, found.at, found.did, CASE found.model {details} END, context.metadata
      FROM (SELECT * FROM ({branches}) AS each
             ORDER BY at DESC, model, id DESC LIMIT %(limit)s OFFSET %(offset)s) AS found
      LEFT JOIN pghistory_context AS context ON context.id = found.context_id
     ORDER BY found.at DESC, found.model, found.id DESC
"""
_BY_USER = (
    "event.pgh_context_id IN (SELECT id FROM pghistory_context WHERE metadata ->> 'user' = "
    "%(user)s::text AND created_at >= %(since)s - interval '1 hour' AND created_at < %(until)s "
    "+ interval '1 hour')"
)
_OF_APPOINTMENT = (
    "event.appointment_id IN (SELECT id FROM scheduler_appointment "
    "WHERE patient_id = ANY(%(patients)s))"
)
_OF_REQUEST = (
    "event.contact_request_id IN (SELECT id FROM scheduler_contactrequest "
    "WHERE patient_id = ANY(%(patients)s))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLogQuery:
    """What to show: from `since` up to `until`, both aware; everybody's unless told.

    `patient` and `user` are ids; `words` is looked for in what was written.
    """

    since: datetime
    until: datetime
    patient: int | None = None
    user: int | None = None
    words: str = ""


def statement(asked: AuditLogQuery, *, limit: int, offset: int) -> tuple[str, dict[str, Any]]:
    """The statement and its values. Each row is (model, at, did, [patient, now, before], context),
    newest first."""
    known = _patients(asked.patient) if asked.patient else []
    values = {
        "since": asked.since,
        "until": asked.until,
        "user": asked.user,
        "patients": [patient.pk for patient in known],
        "addresses": [address for one in known for address in (str(one.phone), one.email)],
        "places": routes_labelled(asked.words),
        "words": f"%{asked.words.translate(_ESCAPED)}%",
        "limit": limit,
        "offset": offset,
        "upto": limit + offset,
        "named": NAMED,
    }
    about = {model: found for model in _event_models() if (found := _conditions(model, asked))}
    branches = [_branch(model, conditions) for model, conditions in about.items()]
    sql = _TRAIL.format(
        branches=" UNION ALL ".join([*branches, _looks(asked)]),
        details="".join([*map(_detail, about), _LOOK]),
    )
    return sql, values


def _patients(patient: int) -> list[Patient]:
    """The patient and whoever was merged into them."""
    return list(Patient.objects.filter(models.Q(pk=patient) | models.Q(merged_into=patient)))


@lru_cache(maxsize=1)
def _event_models() -> tuple[type[Event], ...]:
    found = apps.get_app_config("scheduler").get_models()
    return tuple(model for model in found if issubclass(model, Event))


def _conditions(model: type[Event], asked: AuditLogQuery) -> list[str]:
    """Of the events of one table; none where they can't be about the patient who is asked for."""
    conditions = ["event.pgh_created_at >= %(since)s", "event.pgh_created_at < %(until)s"]
    if asked.patient:
        about = _about(model)
        if not about:
            return []
        conditions.append(f"({' OR '.join(about)})")
    if asked.user:
        conditions.append(_BY_USER)
    if asked.words:
        conditions.append("to_jsonb(event)::text ILIKE %(words)s")
    return conditions


def _branch(model: type[Event], conditions: list[str]) -> str:
    """Which events of one table are asked for."""
    return _EVENTS.format(
        label=_tracked(model)._meta.model_name,
        table=model._meta.db_table,
        conditions=" AND ".join(conditions),
    )


def _detail(model: type[Event]) -> str:
    """What is in an event of one table."""
    table = model._meta.db_table
    # What can only come and go keeps no link to what it is about.
    changes = "pgh_obj_id" in _columns(model)
    return _EVENT.format(
        label=_tracked(model)._meta.model_name,
        table=table,
        before=_BEFORE.format(table=table) if changes else "NULL::jsonb",
        patient=_patient_of(model),
    )


def _tracked(model: type[Event]) -> type[models.Model]:
    found: type[models.Model] | None = model.pgh_tracked_model
    if found is None:
        raise TypeError(f"{model.__name__} follows no model")
    return found


def _columns(model: type[Event]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields if field.column}


def _about(model: type[Event]) -> list[str]:
    """Conditions under which an event is about one of %(patients)s."""
    if _tracked(model) is Patient:
        return ["event.pgh_obj_id = ANY(%(patients)s)"]
    columns = _columns(model)
    if "patient_id" in columns:
        return ["event.patient_id = ANY(%(patients)s)"]
    if "address" in columns:
        return ["event.address <> '' AND event.address = ANY(%(addresses)s)"]
    found = {"appointment_id": _OF_APPOINTMENT, "contact_request_id": _OF_REQUEST}
    return [condition for column, condition in found.items() if column in columns]


def _patient_of(model: type[Event]) -> str:
    if _tracked(model) is Patient:
        return "event.pgh_obj_id"
    columns = _columns(model)
    if "patient_id" in columns:
        return "event.patient_id"
    if "appointment_id" in columns:
        return (
            "(SELECT patient_id FROM scheduler_appointment AS visit "
            "WHERE visit.id = event.appointment_id)"
        )
    return "NULL::bigint"


def _looks(asked: AuditLogQuery) -> str:
    conditions = ["event.at >= %(since)s", "event.at < %(until)s"]
    if asked.patient:
        conditions.append("event.patients && %(patients)s::bigint[]")
    if asked.user:
        conditions.append("event.user_id = %(user)s")
    if asked.words:
        conditions.append("(event.route ILIKE %(words)s OR event.route = ANY(%(places)s))")
    return _LOOKS.format(conditions=" AND ".join(conditions))
