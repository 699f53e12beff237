"""No page and no text says what is not so."""

from tests.mutants.mutant import Edit, Mutant, Promise

TRUE_WORDS = (
    Mutant(
        "A message to somebody who reads Spanish is in English",
        Promise.TRUE_WORDS,
        (
            Edit(
                "translation.override(«language»): facts = leave_open(file_values(context))", "'en'"
            ),
        ),
        ("TestSending::test_says_the_clinics_time_in_the_patients_language",),
    ),
    Mutant(
        "A confirmed patient is asked to confirm again",
        Promise.TRUE_WORDS,
        (Edit('"confirmed": «appointment.status == AppointmentStatus.CONFIRMED»', "False"),),
        ("TestSending::test_asks_who_confirmed_for_nothing",),
    ),
    Mutant(
        "A page promises messages to somebody who never agreed to any",
        Promise.TRUE_WORDS,
        (
            Edit(
                "reached=«any(way.is_on for way in found.ways)»",
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
