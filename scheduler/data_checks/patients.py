"""Patients: who was merged has nothing any more, and everybody else can be found."""

from scheduler.data_checks.check import Check, rows


def _nothing_left(name: str, table: str, what: str) -> Check:
    return rows(
        name,
        table,
        joins=f"JOIN scheduler_patient AS patient ON patient.id = {table}.patient_id",
        where="patient.merged_into_id IS NOT NULL",
        wrong=f"it is {what} of a patient who was merged into another",
        expected="the patient who was kept",
    )


CHECKS = (
    _nothing_left("visit-of-a-merged-patient", "appointment", "a visit"),
    _nothing_left("request-of-a-merged-patient", "contactrequest", "a contact request"),
    _nothing_left("note-of-a-merged-patient", "patientnote", "a note"),
    rows(
        "merged-into-a-merged-patient",
        "patient",
        joins="JOIN scheduler_patient AS kept ON kept.id = patient.merged_into_id",
        where="kept.merged_into_id IS NOT NULL OR patient.possible_duplicate",
        wrong="the patient was merged and that was not followed to its end",
        expected="the one who was kept, and nothing left to compare",
    ),
    rows(
        "patient-not-found-by-typing",
        "patient",
        where="""
            (patient.merged_into_id IS NULL AND patient.folded_name <> '') <> EXISTS (
                SELECT FROM scheduler_patientkey AS key
                 WHERE key.patient_id = patient.id
                   AND (key.key = patient.folded_name OR patient.merged_into_id IS NOT NULL))
        """,
        wrong="what the patient is found by does not fit the patient",
        expected="the folded name among the keys, and no key once they are merged",
    ),
)
