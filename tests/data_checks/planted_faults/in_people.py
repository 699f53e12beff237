"""Faults of patients, of the staff, and of the clinic's own rows."""

from tests.data_checks.planted_faults.planted import Planted, of

PEOPLE = [
    Planted(
        "visit-of-a-merged-patient",
        "silent",
        "DELETE FROM scheduler_patientkey USING scheduler_appointment AS visit"
        " WHERE scheduler_patientkey.patient_id = visit.patient_id AND visit.id = %(id)s;"
        "UPDATE scheduler_patient SET merged_into_id = (SELECT min(other.id)"
        " FROM scheduler_patient AS other WHERE other.id <> visit.patient_id"
        " AND other.merged_into_id IS NULL) FROM scheduler_appointment AS visit"
        " WHERE scheduler_patient.id = visit.patient_id AND visit.id = %(id)s",
    ),
    of(
        "contactrequest",
        "request-of-a-merged-patient",
        "request_after_a_merge",
        "patient_id = (SELECT id FROM scheduler_patient AS gone"
        " WHERE gone.phone = scheduler_contactrequest.phone AND merged_into_id IS NOT NULL)",
    ),
    of(
        "patientnote",
        "note-of-a-merged-patient",
        "note",
        "patient_id = (SELECT id FROM scheduler_patient"
        " WHERE merged_into_id = scheduler_patientnote.patient_id)",
    ),
    of("patient", "merged-into-a-merged-patient", "merged", "possible_duplicate = true"),
    Planted(
        "patient-not-found-by-typing",
        "patient",
        "DELETE FROM scheduler_patientkey WHERE patient_id = %(id)s",
    ),
    of("patient", "unknown-word", "patient", "language = 'fr'"),
    Planted(
        "person-with-two-roles",
        "person",
        "INSERT INTO auth_user_groups (user_id, group_id) SELECT %(id)s, id FROM auth_group"
        " WHERE name = 'Clinician'",
    ),
    Planted(
        "admin-for-the-wrong-people",
        "person",
        "UPDATE auth_user SET is_staff = true WHERE id = %(id)s",
    ),
    of("idempotencykey", "answer-of-another-visit", "kept_answer", "answer = '{\"status\": 1}'"),
    of("provider", "call-desk-twice", "provider_beside_the_desk", "call_desk = true"),
    of("weeklyhours", "weekly-hours-of-no-week", "weekly_hours", "weekday = 7"),
]
