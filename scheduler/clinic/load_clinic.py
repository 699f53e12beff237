"""Seed the clinic: its facts from the environment, its visit types from the defaults below.

What is there already is left alone: after the first start the admin is where it is edited.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from scheduler.clinic.load_conditions import load_conditions
from scheduler.clinic.models import Clinic, ReminderRule, Room, VisitType, VisitTypeRoom
from scheduler.clinic.reminder_rules import rows_of
from scheduler.core.reminder_times import DEFAULT_RULES

ROOMS = {"exam-1": "Exam room 1", "exam-2": "Exam room 2", "procedure": "Procedure room"}
_BRING = (
    "Bring a photo ID, your insurance card, a list of your medicines, and any records or pictures "
    "of your back that you have."
)
_BRING_ES = (
    "Traiga una identificación con foto, su tarjeta del seguro, una lista de sus medicinas y los "
    "documentos o imágenes que tenga."
)
VISIT_TYPES: dict[str, dict[str, Any]] = {
    "new-patient": {
        "name": "First visit",
        "name_es": "Primera cita",
        "audience": "new",
        "duration_minutes": 60,
        "notice_business_days": 2,
        "horizon_days": 90,
        "arrive_early_minutes": 20,
        "instructions": _BRING.replace(" of your back", ""),
        "instructions_es": _BRING_ES,
        "referral": "ask",
        "needs": ["referral", "records", "insurance"],
        "rooms": ["exam-1", "exam-2"],
    },
    "follow-up": {
        "name": "Follow-up visit",
        "name_es": "Cita de seguimiento",
        "audience": "returning",
        "duration_minutes": 30,
        "notice_business_days": 1,
        "horizon_days": 180,
        "arrive_early_minutes": 10,
        "instructions": "Bring a list of your medicines and tell us what has changed.",
        "instructions_es": "Traiga una lista de sus medicinas y cuéntenos qué ha cambiado.",
        "rooms": ["exam-1", "exam-2"],
    },
    "phone-visit": {
        "name": "Phone visit",
        "name_es": "Cita por teléfono",
        "audience": "returning",
        "by_phone": True,
        "duration_minutes": 20,
        "grid_minutes": 10,
        "notice_business_days": 1,
        "horizon_days": 90,
        "instructions": "We call you at this time. You must be in Ohio during the call. "
        "Please be in a quiet place.",
        "instructions_es": "Le llamamos a esta hora. Usted debe estar en Ohio durante la llamada. "
        "Por favor, esté en un lugar tranquilo.",
        "rooms": [],
    },
    "procedure": {
        "name": "Procedure visit",
        "name_es": "Cita para procedimiento",
        "booking": "staff",
        "duration_minutes": 30,
        "buffer_before_minutes": 10,
        "buffer_after_minutes": 15,
        "notice_business_days": 1,
        "horizon_days": 180,
        "arrive_early_minutes": 30,
        "instructions": "We will call you with what to do before this visit. Someone must drive "
        "you home.",
        "instructions_es": "Le llamaremos para decirle qué hacer antes de esta cita. Alguien "
        "debe llevarle a casa.",
        "needs": ["insurance", "authorization"],
        "rooms": ["procedure"],
    },
}


@transaction.atomic
def load_clinic(facts: Mapping[str, str], *, now: datetime) -> Clinic:
    """Create what is missing of the clinic's row, its condition pages, rooms and visit types."""
    condition = load_conditions(now=now)
    clinic, created = Clinic.objects.get_or_create(
        pk=1, defaults={**facts, "default_condition": condition}
    )
    if not created:
        return clinic
    rooms = {
        slug: Room.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in ROOMS.items()
    }
    ReminderRule.objects.bulk_create(rows_of(DEFAULT_RULES))
    for position, (slug, fields) in enumerate(VISIT_TYPES.items()):
        _load_visit_type(slug, {**fields, "position": position}, rooms)
    return clinic


def _load_visit_type(slug: str, fields: dict[str, Any], rooms: Mapping[str, Room]) -> None:
    uses = fields.pop("rooms")
    visit_type, created = VisitType.objects.get_or_create(slug=slug, defaults=fields)
    if not created:
        return
    VisitTypeRoom.objects.bulk_create(
        VisitTypeRoom(visit_type=visit_type, room=rooms[room], position=position)
        for position, room in enumerate(uses)
    )
