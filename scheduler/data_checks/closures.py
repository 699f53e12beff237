"""Closed days, the offers of new times, and delays."""

from scheduler.data_checks.check import rows

_DAY = (
    "LEFT JOIN scheduler_emergencyclosure AS day ON day.id = rescheduleoffer.emergency_closure_id"
)
_HELD = "JOIN scheduler_appointment AS held ON held.id = rescheduleoffer.held_id"
_VISIT = "JOIN scheduler_appointment AS visit ON visit.id = rescheduleoffer.appointment_id"

CHECKS = (
    rows(
        "closed-day-half-sent",
        "emergencyclosure",
        where="(emergencyclosure.sent_at IS NULL) <> (emergencyclosure.sent_by_id IS NULL)",
        wrong="what is written of its sending does not agree",
        expected="when and by whom, or neither",
    ),
    rows(
        "offer-of-another-stage",
        "rescheduleoffer",
        joins=_DAY,
        where="(rescheduleoffer.status = 'planned') <> (day.sent_at IS NULL)",
        detail="rescheduleoffer.status",
        wrong="its state is not that of its closed day",
        expected="planned until the patients are told, and never again after",
    ),
    rows(
        "offer-half-answered",
        "rescheduleoffer",
        where="(rescheduleoffer.status IN ('accepted', 'other', 'declined'))"
        " <> (rescheduleoffer.answered_at IS NOT NULL)",
        detail="rescheduleoffer.status",
        wrong="its state and the time of its answer don't agree",
        expected="a time for an answer, and none without one",
    ),
    rows(
        "offer-open-for-a-live-visit",
        "rescheduleoffer",
        joins=_VISIT,
        where="rescheduleoffer.status = 'sent' AND visit.status <> 'cancelled'",
        detail="visit.status",
        wrong="a new time is offered for a visit that is not called off",
        expected="a canceled visit",
    ),
    rows(
        "offer-keeps-a-time-after-its-end",
        "rescheduleoffer",
        joins=_HELD,
        where="rescheduleoffer.status NOT IN ('planned', 'sent') AND held.status = 'held'",
        detail="rescheduleoffer.status",
        wrong="it is over and its time is still kept",
        expected="the time let go with the answer",
    ),
    rows(
        "offer-of-no-hold",
        "rescheduleoffer",
        joins=_HELD,
        where="held.status NOT IN ('held', 'expired')",
        detail="held.status",
        wrong="what it offers is no time that is kept",
        expected="a hold, or one that has expired",
    ),
    rows(
        "offer-to-another-patient",
        "rescheduleoffer",
        joins=f"{_HELD} {_VISIT}",
        where="held.patient_id IS DISTINCT FROM visit.patient_id",
        wrong="the time that it keeps is kept for another patient than its visit's",
        expected="the same patient",
    ),
    rows(
        "offer-ends-with-another-time",
        "rescheduleoffer",
        joins=_HELD,
        where="rescheduleoffer.status IN ('planned', 'sent') AND held.status = 'held'"
        " AND held.hold_expires_at <> rescheduleoffer.expires_at",
        wrong="it ends at another time than the hold that it offers",
        expected="the same end",
    ),
    rows(
        "offer-accepted-without-a-time",
        "rescheduleoffer",
        where="rescheduleoffer.status = 'accepted' AND rescheduleoffer.held_id IS NULL",
        wrong="somebody took a time that it never had",
        expected="the hold that was taken",
    ),
    rows(
        "delays-overlap",
        "providerdelay",
        where="""
            providerdelay.since > providerdelay.until OR EXISTS (
                SELECT FROM scheduler_providerdelay AS earlier
                 WHERE earlier.provider_id = providerdelay.provider_id
                   AND earlier.id < providerdelay.id AND earlier.until > providerdelay.since)
        """,
        wrong="it begins before the provider's earlier delay was over, or ends before it begins",
        expected="one delay at a time",
    ),
)
