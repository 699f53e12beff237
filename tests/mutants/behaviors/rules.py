"""How soon, how far ahead and how late: the rules of booking, moving and canceling."""

from tests.mutants.mutant import Edit, Mutant, Promise

RULES = (
    Mutant(
        "A new patient is booked for tomorrow, without the clinic's notice",
        Promise.TIME_IS_RIGHT,
        (Edit("business_days=«visit.business_days_notice», minutes=visit.notice_minutes", "0"),),
        ("TestTheRules::test_new_patients_come_two_business_days_later_at_the_earliest",),
    ),
    Mutant(
        "Weekends and holidays count as days of notice",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "while «not is_business_day(day, weekdays_mask, closed_days)»: day += step", "False"
            ),
        ),
        ("TestTheRules::test_notice_does_not_count_weekends_and_holidays",),
    ),
    Mutant(
        "A visit is booked beyond the horizon",
        Promise.TIME_IS_RIGHT,
        (Edit("bookable_until = «min(last, horizon)»", "last"),),
        ("TestTheRules::test_the_horizon_ends_after_ninety_days",),
    ),
    Mutant(
        "A provider sees more visits of a type a day than the cap",
        Promise.TIME_IS_RIGHT,
        (Edit("if «count >= cap» and key[0] in self.columns", "False"),),
        ("TestTheRules::test_a_daily_cap_counts_a_providers_visits_of_the_type",),
    ),
    Mutant(
        "Two bookings at once pass the day's cap together",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "exclusive += [ (Lock.DAY, day_key(provider, day)) for provider in «providers»",
                "[]",
            ),
        ),
        ("TestTwoAtOnce::test_keep_to_the_days_cap_together",),
    ),
    Mutant(
        "A patient moves a visit in its last two hours",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "late = «visit.starts_at <= now or visit.starts_at - cutoff < now» "
                "return TooLateToMove()",
                "visit.starts_at <= now",
            ),
        ),
        ("TestWhatStandsAgainstIt::test_a_patient_has_to_call_from_two_hours_before",),
    ),
    Mutant(
        "A cancellation on the eve is not marked late and nobody is told",
        Promise.TIME_IS_RIGHT,
        (Edit("return «now.timestamp() > limit»", "False"),),
        (
            "TestALateCancellation::test_is_one_under_a_business_day_ahead",
            "TestALateMove::test_is_marked_and_told_to_staff",
        ),
    ),
    Mutant(
        "A cancellation is taken back an hour later, when the day's plan is made",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "visit.cancelled_at is None «or visit.cancelled_at + UNDO_FOR < now»",
                "",
            ),
        ),
        ("TestUndo::test_is_possible_for_ten_minutes",),
    ),
    Mutant(
        "A child books online",
        Promise.TIME_IS_RIGHT,
        (Edit("if «born and» _years(born, day) < ADULT_YEARS: raise UnderAge", "False and"),),
        ("TestWhoMayBookWhat::test_a_child_is_asked_to_call",),
    ),
)
