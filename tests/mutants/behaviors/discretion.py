"""No text and no calendar says what somebody comes for."""

from tests.mutants.mutant import Edit, Mutant, Promise

DISCRETION = (
    Mutant(
        "A text says the clinic's full name, with the word pain in it",
        Promise.PRIVATE,
        (
            Edit(
                "{{ «clinic.sms_name» }}: {% if visit.is_phone %}we call "
                "{{ visit.call_short }} {% elif both_links %}{% else %}visit {% endif %}",
                "clinic.name",
            ),
        ),
        (
            "TestDiscretion::test_texts_and_subjects_name_no_condition",
            "TestEveryText::test_leaves_out_the_provider_the_people_and_the_full_name",
        ),
    ),
    Mutant(
        "A text names the condition",
        Promise.PRIVATE,
        (
            Edit(
                "}}: «»{% if visit.is_phone %}we call "
                "{{ visit.call_short }} {% elif both_links %}{% else %}visit {% endif %}",
                "post-laminectomy ",
            ),
        ),
        ("TestDiscretion::test_texts_and_subjects_name_no_condition",),
    ),
    Mutant(
        "The entry in the patient's calendar says what the visit is for",
        Promise.PRIVATE,
        (
            Edit(
                'event.add("summary", f"{clinic.sms_name}: «{title}»")',
                "post-laminectomy syndrome",
            ),
        ),
        ("TestTheCalendarFile::test_names_neither_patient_nor_condition",),
    ),
)
