"""No text and no calendar says what somebody comes for."""

from tests.mutants.mutant import Edit, Mutant, Promise

DISCRETION = (
    Mutant(
        "A text says the clinic's full name, with the word pain in it",
        Promise.PRIVATE,
        (
            Edit(
                "{{ «clinic» }}: {% if is_phone %}{% blocktranslate %}we call {{ call_short }}"
                "{% endblocktranslate %} {% elif not both_links %}",
                "clinic_name",
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
                "}}: «»{% if is_phone %}{% blocktranslate %}we call {{ call_short }}"
                "{% endblocktranslate %} {% elif not both_links %}",
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
                'summary = f"{clinic.sms_name}: «{title}»"',
                "post-laminectomy syndrome",
            ),
        ),
        ("TestTheCalendarFile::test_names_neither_patient_nor_condition",),
    ),
)
