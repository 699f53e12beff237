"""Faults of visits, their audit log and their links."""

from tests.data_checks.planted import OF_VISIT, Planted, of_visit

VISITS = [
    of_visit("busy-times", "booked", "busy_end = busy_end + interval '5 minutes'"),
    Planted(
        "overlap-of-a-provider",
        "on_top",
        """
        SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE scheduler_appointment DROP CONSTRAINT appointment_provider_overlap;
        UPDATE scheduler_appointment SET overbook_reason = NULL WHERE id = %(id)s
        """,
    ),
    of_visit("step-without-its-time", "booked", "status = 'arrived'"),
    of_visit("time-of-a-step-not-taken", "booked", "completed_at = ends_at"),
    of_visit("cancellation-half-written", "off", "cancelled_by = ''"),
    of_visit("confirmation-half-written", "booked", "status = 'confirmed'"),
    of_visit("late-change-untold", "booked", "changed_late = true"),
    of_visit("walk-in-not-by-staff", "booked", "walk_in = true"),
    of_visit("hold-of-nobody", "held", "held_details = NULL"),
    of_visit("hold-kept-too-long", "held", "hold_expires_at = hold_expires_at + interval '1 day'"),
    of_visit("typed-details-kept", "held", "status = 'expired'"),
    of_visit("version-behind-sequence", "moved", "version = 1"),
    of_visit("sequence-unlike-its-moves", "silent", "sequence = 1, version = 2"),
    of_visit(
        "state-that-could-not-follow",
        "booked",
        "status = 'completed', arrived_at = starts_at, in_room_at = starts_at,"
        " completed_at = ends_at",
    ),
    Planted(
        "row-without-audit",
        "booked",
        "DELETE FROM scheduler_appointmentevent WHERE pgh_obj_id = %(id)s",
        unseen=True,
    ),
    Planted("row-unlike-its-audit", "booked", OF_VISIT.format("note = 'Moved'"), unseen=True),
    Planted(
        "row-gone-without-audit",
        "note",
        "DELETE FROM scheduler_patientnote WHERE id = %(id)s",
        unseen=True,
    ),
    Planted(
        "visit-without-links",
        "booked",
        "DELETE FROM scheduler_link WHERE purpose = 'i' AND appointment_id = %(id)s",
    ),
    Planted(
        "link-opens-at-the-wrong-times",
        "link_of_off",
        "UPDATE scheduler_link SET expires_at = expires_at + interval '1 year' WHERE id = %(id)s",
    ),
]
