"""Visits: their times, and what each state says of its fields."""

from scheduler.core.status import LIVE, PATIENT_LIVE
from scheduler.data_checks.check import Check, listed, rows

_KNOWN_LENGTH = """
    NOT EXISTS (
        SELECT FROM scheduler_visittypeevent AS rule
         WHERE rule.pgh_obj_id = appointment.visit_type_id
           AND appointment.ends_at
             = appointment.starts_at + make_interval(mins => rule.duration_minutes)
           AND appointment.busy_start
             = appointment.starts_at - make_interval(mins => rule.buffer_before_minutes)
           AND appointment.busy_end
             = appointment.ends_at + make_interval(mins => rule.buffer_after_minutes))
"""
# A visit that begins before all that began earlier has ended.
_OVERLAP = """
    SELECT 'scheduler_appointment', each.id::text, ''
      FROM (SELECT id, {begins} AS begins,
                   max({ends}) OVER (PARTITION BY {whose} ORDER BY {begins}, id
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
              FROM scheduler_appointment
             WHERE {whose} IS NOT NULL AND status IN ({states}) {unless}) AS each
     WHERE each.until > each.begins
"""
_NOT_ON_PURPOSE = "AND overbook_reason IS NULL"
_STEPS = ("arrived_at", "in_room_at", "completed_at", "missed_at")
# What a visit in a state must have, and what it must not have, of the day's steps.
_TAKEN = {
    "arrived": ("arrived_at",),
    "in_room": ("arrived_at", "in_room_at"),
    "completed": ("arrived_at", "in_room_at", "completed_at"),
    "no_show": ("missed_at",),
}
_NOT_TAKEN = {
    **dict.fromkeys(("held", "expired", "booked", "confirmed", "cancelled"), _STEPS),
    "arrived": ("in_room_at", "completed_at", "missed_at"),
    "in_room": ("completed_at", "missed_at"),
    "completed": ("missed_at",),
    "no_show": ("in_room_at", "completed_at"),
}


def _overlap(whose: str, begins: str, ends: str, *, states: str, unless: str = "") -> Check:
    return Check(
        name=f"overlap-of-a-{whose}",
        wrong=f"it begins before an earlier live visit of the same {whose} is over",
        expected=f"one live visit at a time for a {whose}"
        + (", unless staff overbooked it on purpose" if unless else ""),
        sql=_OVERLAP.format(
            whose=f"{whose}_id", begins=begins, ends=ends, states=states, unless=unless
        ),
    )


def _any_field(states: dict[str, tuple[str, ...]], test: str) -> str:
    return " OR ".join(
        f"(appointment.status = '{state}' AND (" + " OR ".join(f"{f} {test}" for f in fields) + "))"
        for state, fields in states.items()
    )


# What was imported has its state without the times that led there.
_NOT_IMPORTED = "appointment.created_by <> 'system'"

CHECKS = (
    rows(
        "busy-times",
        "appointment",
        where=_KNOWN_LENGTH,
        wrong="its end or its buffers are not those of its visit type",
        expected="the length and the buffers that the type has, or had at some time",
    ),
    _overlap("provider", "busy_start", "busy_end", states=listed(LIVE), unless=_NOT_ON_PURPOSE),
    _overlap("room", "busy_start", "busy_end", states=listed(LIVE), unless=_NOT_ON_PURPOSE),
    _overlap("patient", "starts_at", "ends_at", states=listed(PATIENT_LIVE)),
    rows(
        "step-without-its-time",
        "appointment",
        where=f"{_NOT_IMPORTED} AND ({_any_field(_TAKEN, 'IS NULL')})",
        detail="appointment.status",
        wrong="a step of the day that it has taken has no time",
        expected="the time of each step up to its state",
    ),
    rows(
        "time-of-a-step-not-taken",
        "appointment",
        where=_any_field(_NOT_TAKEN, "IS NOT NULL"),
        detail="appointment.status",
        wrong="it has the time of a step of the day that it has not taken",
        expected="no time of a later step than its state",
    ),
    rows(
        "steps-out-of-order",
        "appointment",
        where="arrived_at > in_room_at + interval '1 minute'"
        " OR in_room_at > completed_at + interval '1 minute'",
        wrong="the steps of its day are not in their order",
        expected="arrived, then in the room, then completed",
    ),
    rows(
        "cancellation-half-written",
        "appointment",
        where=f"""
            (status = 'cancelled' AND {_NOT_IMPORTED}
             AND (cancelled_at IS NULL OR cancelled_by = ''))
            OR (status <> 'cancelled'
                AND (cancelled_at IS NOT NULL OR cancelled_by <> '' OR cancel_reason <> ''))
        """,
        detail="appointment.status",
        wrong="its state and what is written of its cancellation don't agree",
        expected="when and by whom for a canceled visit, and nothing of it for any other",
    ),
    rows(
        "confirmation-half-written",
        "appointment",
        where=f"""
            (confirmed_at IS NULL) <> (confirmed_via = '')
            OR (status = 'confirmed' AND confirmed_at IS NULL AND {_NOT_IMPORTED})
            OR (status IN ('held', 'expired') AND confirmed_at IS NOT NULL)
        """,
        detail="appointment.status",
        wrong="its state and what is written of its confirmation don't agree",
        expected="when and by which way for a confirmed visit, and nothing of it for a hold",
    ),
    rows(
        "late-change-untold",
        "appointment",
        where="""
            appointment.changed_late AND NOT EXISTS (
                SELECT FROM scheduler_stafftask AS task
                 WHERE task.appointment_id = appointment.id AND task.kind = 'late-change')
        """,
        wrong="it is marked as changed late and staff were not told",
        expected="a staff task of that kind",
    ),
    rows(
        "version-behind-sequence",
        "appointment",
        where="appointment.version <= appointment.sequence",
        wrong="it moved more often than it changed",
        expected="a version above its sequence",
    ),
    rows(
        "contact-of-another-patient",
        "appointment",
        joins="JOIN scheduler_contact AS contact ON contact.id = appointment.contact_id",
        where="contact.patient_id IS DISTINCT FROM appointment.patient_id",
        wrong="its contact answers for another patient",
        expected="a contact of its own patient",
    ),
    rows(
        "walk-in-not-by-staff",
        "appointment",
        where="appointment.walk_in AND appointment.created_by <> 'staff'",
        wrong="it is a walk-in that staff did not write down",
        expected="walk-ins by staff only",
    ),
)
