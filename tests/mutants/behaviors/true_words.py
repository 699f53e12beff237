"""No page and no text says what is not so."""

from tests.mutants.mutant import Edit, Mutant, Promise

TRUE_WORDS = (
    Mutant(
        "A message to somebody who reads Spanish is in English",
        Promise.TRUE_WORDS,
        (Edit('render_to_string(f"messages/{kind}/{«language»}/{name}", context)', "'en'"),),
        (
            "TestBodies::test_say_their_language",
            "TestCode::test_asks_for_no_reply",
        ),
    ),
    Mutant(
        "A confirmed patient is asked to confirm again",
        Promise.TRUE_WORDS,
        (Edit('"confirmed": «appointment.status == AppointmentStatus.CONFIRMED»', "False"),),
        (
            "TestEachKind::test_a_confirmed_patient_is_not_asked_again",
            "TestTextsAboutAVisit::test_ask_for_a_confirmation_only_where_there_is_none",
        ),
    ),
    Mutant(
        "A page promises messages to somebody who never agreed to any",
        Promise.TRUE_WORDS,
        (
            Edit(
                "reached=«bool(appointment.contact and consented(appointment.contact))»",
                "True",
            ),
        ),
        ("TestReminders::test_are_not_promised_to_who_never_agreed",),
    ),
    Mutant(
        "Whoever asks to be called at night is promised a call at night",
        Promise.TRUE_WORDS,
        (Edit("if «local.time() < opens»: soonest = _next_noon(today, closes, clinic)", "False"),),
        ("TestPromise::test_keeps_to_the_clinics_hours_and_days",),
    ),
    Mutant(
        "The news of a move names the new time as the old one",
        Promise.TRUE_WORDS,
        (Edit("message.old_starts_at = «old_start»", "appointment.starts_at"),),
        ("TestTheNewsOfStaff::test_that_waits_tells_of_the_last_of_two_moves",),
    ),
    Mutant(
        "Patients of another provider are told that theirs runs late",
        Promise.TRUE_WORDS,
        (Edit("Appointment.objects.filter(«provider=provider,» status__in=", ""),),
        ("TestWhoHearsOfIt::test_is_not_who_sees_somebody_else",),
    ),
)
