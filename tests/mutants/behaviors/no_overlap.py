"""Nobody is in two places, and no time, room or minute is given twice."""

from tests.mutants.mutant import Edit, Mutant, Promise, only_where, without_constraint

NO_OVERLAP = (
    Mutant(
        "A provider has two visits at once",
        Promise.NO_OVERLAP,
        (without_constraint("appointment_provider_overlap"),),
        ("TestInsert::test_refuses_a_second_visit_of_a_provider",),
    ),
    Mutant(
        "A room has two visits at once",
        Promise.NO_OVERLAP,
        (without_constraint("appointment_room_overlap"),),
        ("TestInsert::test_refuses_a_second_visit_in_a_room",),
    ),
    Mutant(
        "A patient has two visits at once",
        Promise.NO_OVERLAP,
        (without_constraint("appointment_patient_overlap"),),
        ("TestInsert::test_refuses_a_second_visit_of_a_patient",),
    ),
    Mutant(
        "A reason to overbook puts a patient in two places",
        Promise.NO_OVERLAP,
        (only_where("appointment_patient_overlap", "overbook_reason IS NULL"),),
        ("TestOverbooking::test_never_doubles_a_patient",),
    ),
    Mutant(
        "A time that is held can be taken by somebody else",
        Promise.NO_OVERLAP,
        (
            only_where("appointment_provider_overlap", "status <> 'held'"),
            only_where("appointment_room_overlap", "status <> 'held'"),
            Edit("«AND (status <> 'held' OR hold_expires_at > %(now)s)»", "AND status <> 'held'"),
        ),
        ("TestWhatIsTaken::test_by_a_hold_until_it_lapses",),
    ),
    Mutant(
        "A visit that overbooks is invisible to who books next",
        Promise.NO_OVERLAP,
        (Edit("AND id IS DISTINCT FROM %(exclude_id)s«»", " AND overbook_reason IS NULL"),),
        ("TestOverbooking::test_keeps_others_from_the_time",),
    ),
    Mutant(
        "The minutes a provider needs before and after a visit are given away",
        Promise.NO_OVERLAP,
        (Edit("return «start - before, self.ends(start) + after»", "start, self.ends(start)"),),
        ("TestPlace::test_buffers_keep_the_next_visit_away",),
    ),
    Mutant(
        "A visit is offered where its minutes before and after meet another",
        Promise.NO_OVERLAP,
        (Edit("ahead = shape.duration «+ shape.buffer_after» - 1", ""),),
        ("TestBusyTime::test_keeps_the_buffers_clear",),
    ),
    Mutant(
        "A visit moves onto another visit of the same patient",
        Promise.NO_OVERLAP,
        (without_constraint("appointment_patient_overlap"),),
        ("TestWhatStandsAgainstIt::test_another_visit_of_the_patient",),
    ),
    Mutant(
        "Taking a cancellation back doubles whoever has the time by now",
        Promise.NO_OVERLAP,
        (
            without_constraint("appointment_provider_overlap"),
            without_constraint("appointment_room_overlap"),
            Edit("if «not free or» schedule.is_full(provider, day): raise SlotTaken", ""),
        ),
        ("TestUndo::test_is_refused_where_somebody_has_the_time",),
    ),
)
