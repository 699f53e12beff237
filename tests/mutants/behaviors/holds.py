"""A time is held for who takes it, for so long and no longer."""

from tests.mutants.mutant import Edit, Mutant, Promise

HOLDS = (
    Mutant(
        "A lapsed hold blocks the time in the list of free ones",
        Promise.NO_OVERLAP,
        (Edit("«AND (status <> 'held' OR hold_expires_at > %(now)s)»", ""),),
        (
            "TestWhatIsTaken::test_by_a_hold_until_it_lapses",
            "TestLapsedHold::test_blocks_nobody_though_nothing_cleared_it_away",
        ),
    ),
    Mutant(
        "A lapsed hold stands in the way of the booking itself",
        Promise.NO_OVERLAP,
        (Edit("WHERE status = 'held' AND hold_expires_at <= «%(now)s»", "'-infinity'"),),
        ("TestLapsedHold::test_blocks_nobody_though_nothing_cleared_it_away",),
    ),
    Mutant(
        "A lapsed hold still counts in the fifth of a day that may be held",
        Promise.NO_OVERLAP,
        (
            Edit("«AND (status <> 'held' OR hold_expires_at > %(now)s)»", ""),
            Edit("WHERE status = 'held' AND hold_expires_at <= «%(now)s»", "'-infinity'"),
        ),
        ("TestHowMuchOnePersonKeeps::test_lapsed_holds_keep_nothing",),
    ),
    Mutant(
        "Holds keep more than a fifth of a day",
        Promise.NO_OVERLAP,
        (
            Edit(
                "if «len(held) >= HOLDS_ALWAYS_ALLOWED and $wanted * HELD_SHARE > opening»:",
                "False",
            ),
        ),
        ("TestHowMuchOnePersonKeeps::test_a_fifth_of_a_days_hours_is_kept_at_most",),
    ),
    Mutant(
        "One person holds three times at once",
        Promise.NO_OVERLAP,
        (Edit("keep=«HOLDS_A_CONTACT - 1»", "99"),),
        ("TestHowMuchOnePersonKeeps::test_a_third_time_gives_up_the_first",),
    ),
)
