"""Every visit is reminded of, at its time, or somebody calls."""

from tests.mutants.mutant import Edit, Mutant, Promise

REMINDERS = (
    Mutant(
        "A visit that was just booked has no reminders",
        Promise.REMINDED,
        (
            Edit(
                'source="booking by patient", now=now) '
                "plan.owe(appointment, plan.CONFIRMATION, person.agreed, "
                "now=now, with_reminders=«True»",
                "False",
            ),
        ),
        ("TestABooking::test_owes_a_confirmation_now_and_three_reminders",),
    ),
    Mutant(
        "A visit that moved keeps the reminders of its old time",
        Promise.REMINDED,
        (
            Edit(
                "plan.MOVED, addresses, now=now, with_reminders=«True»",
                "False",
            ),
        ),
        ("TestAMove::test_owes_the_notice_and_reminders_of_the_new_time",),
    ),
    Mutant(
        "A canceled visit leaves its reminders planned",
        Promise.REMINDED,
        (
            Edit(
                "«plan.withdraw(appointment, now=now)» plan.owe(appointment, plan.CANCELLED",
                "pass",
            ),
        ),
        ("TestCancel::test_withdraws_what_was_planned_and_owes_the_notice",),
    ),
    Mutant(
        "A visit brought back after a cancellation is not reminded",
        Promise.REMINDED,
        (Edit("plan.RESTORED, agreed, now=now, with_reminders=«True»", "False"),),
        ("TestUndo::test_owes_the_word_and_the_reminders_again",),
    ),
    Mutant(
        "Who can't be written to is not told of a move by staff, and not called",
        Promise.REMINDED,
        (Edit("if self._staff and self.tell: «queue_phone_call(appointment, now=now)»", "pass"),),
        ("TestTheNewsOfStaff::test_goes_on_the_call_list_where_nothing_can_be_sent",),
    ),
    Mutant(
        "Who books on Saturday for Monday is reminded of nothing",
        Promise.REMINDED,
        (
            Edit(
                "if «at_least_one and rules and not names and start - now >= REMINDED_FROM»:",
                "False",
            ),
        ),
        ("TestAtLeastOne::test_goes_out_the_evening_before_a_monday_booked_on_saturday",),
    ),
    Mutant(
        "Who agreed to none of the ways of the rules is reminded of nothing",
        Promise.REMINDED,
        (Edit("if not «any(found[way] for way in reaching)»:", "True"),),
        ("TestWays::test_give_way_for_who_agreed_to_none_of_them",),
    ),
    Mutant(
        "Rules are changed and what is planned stays as it was",
        Promise.REMINDED,
        (Edit("if «changed»: _have_follow(", "False"),),
        ("TestComingVisits::test_follow_new_rules",),
    ),
    Mutant(
        "New rules that come too late for a visit take its only reminder away",
        Promise.REMINDED,
        (Edit("if «wanted or gone or policy is None»:", "True"),),
        ("TestComingVisits::test_keep_what_was_planned_where_the_rules_come_too_late",),
    ),
    Mutant(
        "The second of two managers overwrites what the first one set, unseen",
        Promise.REMINDED,
        (Edit("if «fingerprint(visit_type) != seen»: raise RulesChanged", "False"),),
        ("TestSettingRules::test_is_refused_to_who_saw_others",),
    ),
    Mutant(
        "The page of a visit without a reminder does not say why",
        Promise.REMINDED,
        (Edit("no_reminder=«why_in_words(found)», held_up=", '""'),),
        ("TestTheState::test_says_that_a_late_booking_gets_no_reminder",),
    ),
)
