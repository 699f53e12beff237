"""All of it or nothing, and once."""

from tests.mutants.mutant import Edit, Mutant, Promise

_NOT_ATOMIC = '__import__("contextlib").nullcontext()'

ATOMIC = (
    Mutant(
        "A booking that fails halfway leaves a visit without messages",
        Promise.ATOMIC,
        (
            Edit(
                "with «transaction.atomic(durable=True)»: return take(policy, rules",
                _NOT_ATOMIC,
            ),
        ),
        ("TestAllOrNothing::test_a_failure_on_the_way_leaves_nothing",),
    ),
    Mutant(
        "A move gives up the old time before it has the new one",
        Promise.ATOMIC,
        (
            Edit(
                "return move(policy, visit, now=now) "
                "except SlotTaken as taken:«» taken.alternatives = nearest(offered, start",
                "\n    Appointment.objects.filter(pk=appointment_id).update("
                "status=AppointmentStatus.CANCELLED)",
            ),
        ),
        ("TestWhatStandsAgainstIt::test_a_time_that_is_taken_keeps_the_old_one",),
    ),
    Mutant(
        "One Idempotency-Key books twice",
        Promise.ATOMIC,
        (Edit("if «known is None or known.at <= now - $kept»: return", "True"),),
        (
            "TestTheSameCall::test_books_once_and_sends_one_code",
            "TestTheSameCall::test_is_answered_byte_for_byte_alike",
        ),
    ),
    Mutant(
        "An Idempotency-Key with another body is answered with the first booking",
        Promise.ATOMIC,
        (Edit("if «known.body_digest != self._body_digest»: raise KeyReused", "False"),),
        ("TestAnotherBody::test_under_the_same_key_is_refused",),
    ),
    Mutant(
        "Somebody who looked too long ago moves what a colleague moved meanwhile",
        Promise.ATOMIC,
        (
            Edit(
                "if «self.version is not None and self.version != appointment.version»:",
                "False",
            ),
        ),
        ("TestWhatStandsAgainstIt::test_a_stale_version",),
    ),
    Mutant(
        "Two clicks of staff book two visits",
        Promise.ATOMIC,
        (Edit("if «known is None or known.at <= now - $kept»: return", "True"),),
        ("TestTwoClicks::test_book_once",),
    ),
    Mutant(
        "Asking to be called, sent twice, makes two requests",
        Promise.ATOMIC,
        (Edit("if «earlier is not None»: return earlier", "False"),),
        ("TestRequestContact::test_sent_twice_at_once_is_saved_once",),
    ),
    Mutant(
        "A visit goes from canceled straight to arrived",
        Promise.ATOMIC,
        (Edit("_S.CANCELLED: frozenset({_S.BOOKED«»})", ", _S.ARRIVED"),),
        ("TestAppointmentStatus::test_moves_by_the_table_and_no_other_way",),
    ),
    Mutant(
        "Canceling a visit does not free its time",
        Promise.ATOMIC,
        (Edit("LIVE = frozenset({_S.HELD, *PATIENT_LIVE«»})", ", _S.CANCELLED"),),
        ("TestCancel::test_frees_the_time",),
    ),
    Mutant(
        "A merge of two records loses the visits of one",
        Promise.ATOMIC,
        (Edit("Appointment.objects.filter(patient=other).«update(patient=kept)»", "exists()"),),
        ("TestMerging::test_moves_what_belongs_to_them",),
    ),
    Mutant(
        "Who was merged while staff booked for them keeps the visit",
        Promise.ATOMIC,
        (Edit("patient = «patient.merged_into or »patient", ""),),
        ("TestAPatientWhoIsMergedWhileStaffBookForThem::test_is_booked_as_the_one_who_was_kept",),
    ),
    Mutant(
        "A patient is merged while staff book for them",
        Promise.ATOMIC,
        (Edit("else [(Lock.PATIENT, self.patient)«»]", " and []"),),
        ("TestAPatientWhoIsMergedWhileStaffBookForThem::test_is_booked_as_the_one_who_was_kept",),
    ),
)
