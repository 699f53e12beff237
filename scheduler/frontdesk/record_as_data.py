"""One patient's record as plain data, for a file that the patient may be given."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from scheduler.frontdesk.audit_log import audit_log
from scheduler.frontdesk.audit_log_sql import AuditLogQuery
from scheduler.frontdesk.patient_record import Record, patient_record
from scheduler.patients.models import Patient

# Codes and leases are nobody's data; what a patient typed for a hold is in their own row since.
_LEFT_OUT = {
    "code_channel",
    "code_number",
    "code_sent_at",
    "code_tries",
    "held_details",
    "hold_owner",
    "lease",
    "public_id",
}
ALL_OF_TIME = datetime(2000, 1, 1, tzinfo=UTC)
MOST_ENTRIES = 20_000


def record_as_data(patient: Patient, *, zone: ZoneInfo, now: datetime) -> dict[str, list[Any]]:
    """Part by part, each a list of things with their fields; the audit log is the last part."""
    record = patient_record(patient, now=now)
    asked = AuditLogQuery(
        since=ALL_OF_TIME, until=datetime.max.replace(tzinfo=UTC), patient=patient.pk
    )
    return {
        "patient": _rows([patient, *record.merged]),
        "contacts": _rows(record.contacts),
        "consents": _consents(record),
        "appointments": _rows([*record.coming[::-1], *record.past]),
        "messages": _rows(record.messages),
        "texts": _rows(record.texts),
        "requests": _rows(record.requests),
        "notes": _rows(record.notes),
        "trail": [
            {
                "at": entry.at,
                "who": entry.who,
                "did": f"{entry.did} {entry.what}".strip(),
                "changes": "; ".join(
                    f"{one.field}: {one.before} → {one.after}" for one in entry.changes
                ),
            }
            for entry in audit_log(asked, zone=zone, limit=MOST_ENTRIES)
        ],
    }


def _rows(found: Iterable[Model]) -> list[dict[str, Any]]:
    return [
        {
            field.name: _value(one, field)
            for field in one._meta.concrete_fields
            if field.name not in _LEFT_OUT
        }
        for one in found
    ]


def _value(one: Model, field: Any) -> Any:
    """Other things by name where they are loaded, by number where not."""
    if field.is_relation and field.is_cached(one):
        related = getattr(one, field.name)
        return str(related) if related is not None else None
    value = field.value_from_object(one)
    return value if isinstance(value, int | float | bool | datetime | list) else str(value or "")


def _consents(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "channel": standing.channel,
            "address": standing.address,
            "at": said.at,
            "what": said.what,
            "source": said.source,
            "wording": said.wording,
        }
        for standing in record.standings
        for said in standing.history
    ]
