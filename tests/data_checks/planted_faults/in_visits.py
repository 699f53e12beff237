"""Faults of visits, their audit log and their links."""

from tests.data_checks.planted_faults.planted import OF_VISIT, UNGUARDED, Planted, of, of_visit

VISITS = [
    of_visit("busy-times", "booked", "busy_end = busy_end + interval '5 minutes'"),
    Planted(
        "overlap-of-a-provider",
        "on_top",
        UNGUARDED.format("appointment_provider_overlap")
        + OF_VISIT.format("overbook_reason = NULL"),
    ),
    Planted(
        "overlap-of-a-room",
        "beside",
        UNGUARDED.format("appointment_room_overlap")
        + OF_VISIT.format(
            "room_id = (SELECT room_id FROM scheduler_appointment AS other"
            " WHERE other.starts_at = scheduler_appointment.starts_at AND other.id < %(id)s)"
        ),
    ),
    Planted(
        "overlap-of-a-patient",
        "beside",
        UNGUARDED.format("appointment_patient_overlap")
        + OF_VISIT.format(
            "(patient_id, contact_id) = (SELECT patient_id, contact_id"
            " FROM scheduler_appointment AS other"
            " WHERE other.starts_at = scheduler_appointment.starts_at AND other.id < %(id)s)"
        ),
    ),
    of_visit("step-without-its-time", "booked", "status = 'arrived'"),
    of_visit("time-of-a-step-not-taken", "booked", "completed_at = ends_at"),
    Planted(
        "steps-out-of-order",
        "booked",
        OF_VISIT.format("status = 'arrived', arrived_at = ends_at")
        + ";"
        + OF_VISIT.format("status = 'in_room', in_room_at = starts_at"),
    ),
    of_visit("cancellation-half-written", "off", "cancelled_by = ''"),
    of_visit("confirmation-half-written", "booked", "status = 'confirmed'"),
    of_visit("late-change-untold", "booked", "changed_late = true"),
    of_visit("walk-in-not-by-staff", "booked", "walk_in = true"),
    of_visit(
        "contact-of-another-patient",
        "silent",
        "contact_id = (SELECT min(id) FROM scheduler_contact AS other"
        " WHERE other.patient_id <> scheduler_appointment.patient_id)",
    ),
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
    of(
        "link",
        "link-opens-at-the-wrong-times",
        "link_of_off",
        "expires_at = expires_at + interval '1 year'",
    ),
    of("link", "link-of-a-visit-revoked", "link_of_off", "version = 2"),
]
