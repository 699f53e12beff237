"""Faults of closed days, the offers of new times, delays, and tasks about them."""

from tests.data_checks.planted_faults.planted import Planted, of

_LET_GO = """
    UPDATE scheduler_appointment SET status = 'expired'
     WHERE id = (SELECT held_id FROM scheduler_rescheduleoffer WHERE {});
"""
_OF_OFFER = "UPDATE scheduler_rescheduleoffer SET {} WHERE id = %(id)s"
_OF_HELD = """
    UPDATE scheduler_appointment AS held SET {}
     WHERE id = (SELECT held_id FROM scheduler_rescheduleoffer WHERE id = %(id)s)
"""

CLOSURES = [
    of("emergencyclosure", "closed-day-half-sent", "closed_day", "sent_by_id = created_by_id"),
    of("rescheduleoffer", "offer-of-another-stage", "offer", "status = 'planned'"),
    of("rescheduleoffer", "offer-half-answered", "offer", "answered_at = created_at"),
    Planted(
        "offer-open-for-a-live-visit",
        "planned_offer",
        "UPDATE scheduler_emergencyclosure SET sent_at = created_at, sent_by_id = created_by_id"
        " WHERE id = (SELECT emergency_closure_id FROM scheduler_rescheduleoffer"
        " WHERE id = %(id)s);" + _OF_OFFER.format("status = 'sent'"),
    ),
    of("rescheduleoffer", "offer-keeps-a-time-after-its-end", "offer", "status = 'expired'"),
    Planted(
        "offer-of-no-hold",
        "offer",
        _LET_GO.format("id = %(id)s") + _OF_OFFER.format("held_id = appointment_id"),
    ),
    Planted(
        "offer-to-another-patient",
        "offer",
        _OF_HELD.format(
            "(patient_id, contact_id) = (SELECT patient_id, id FROM scheduler_contact AS other"
            " WHERE other.patient_id <> held.patient_id LIMIT 1)"
        ),
    ),
    of(
        "rescheduleoffer",
        "offer-ends-with-another-time",
        "offer",
        "expires_at = expires_at - interval '1 hour'",
    ),
    Planted(
        "offer-accepted-without-a-time",
        "offer",
        _LET_GO.format("id = %(id)s")
        + _OF_OFFER.format("status = 'accepted', answered_at = created_at, held_id = NULL"),
    ),
    Planted(
        "call-about-an-answered-offer",
        "closed_task",
        _LET_GO.format(
            "appointment_id = (SELECT appointment_id FROM scheduler_stafftask WHERE id = %(id)s)"
        )
        + "UPDATE scheduler_rescheduleoffer AS offer"
        " SET status = 'declined', answered_at = task.created_at"
        " FROM scheduler_stafftask AS task"
        " WHERE task.appointment_id = offer.appointment_id AND task.id = %(id)s",
    ),
    Planted(
        "delays-overlap",
        "delay",
        "INSERT INTO scheduler_providerdelay (provider_id, minutes, since, until, by_id)"
        " SELECT provider_id, 30, since, until, by_id FROM scheduler_providerdelay RETURNING id",
    ),
]
