"""A message is looked at once more as it leaves: is it true, wanted, and at its hour?"""

from tests.mutants.mutant import Edit, Mutant, Promise

CHECKS = (
    Mutant(
        "A reminder is sent in quiet hours",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «allowed <= now»: return None", "True"),),
        ("TestHours::test_a_reminder_waits_for_the_clinics_window",),
    ),
    Mutant(
        "A number in California is reminded before eight in the morning there",
        Promise.TIME_IS_RIGHT,
        (Edit("allowed = suiting(«binding(at, here, recipient)»)", "[here]"),),
        ("TestWhatIsLookedAtAgain::test_waits_for_the_morning_there",),
    ),
    Mutant(
        "A page says that a number in Hawaii is reminded in its night",
        Promise.TRUE_WORDS,
        (Edit("one[0]: «recipient_clocks(one, policy.zone)» for one in addresses", "()"),),
        ("TestWhatIsPlanned::test_is_what_pages_show",),
    ),
    Mutant(
        "A number whose area lies in two zones is texted in the night of one",
        Promise.TIME_IS_RIGHT,
        (Edit("Clock(zone, opens, QUIET_FROM) for zone in zones«» if", "[:1]"),),
        ("TestSeveralZones::test_keep_to_all",),
    ),
    Mutant(
        "Who may be on the way hears after the visit that the clinic is closed",
        Promise.TIME_IS_RIGHT,
        (
            Edit(
                "if «closed and visit is not None and allowed > visit.starts_at - TO_SET_OUT»:",
                "False",
            ),
        ),
        ("TestTheNewsOfAClosing::test_wakes_who_may_be_about_to_set_out",),
    ),
    Mutant(
        "A reminder is sent when it is too late to be of use",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «now >= message.expires_at»: return Drop(", "False"),),
        ("TestTooLate::test_a_reminder_once_the_next_is_due",),
    ),
    Mutant(
        "A reminder of a visit that was canceled is sent",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «appointment.status not in expected»: return GONE", "False"),),
        ("TestNoLongerTrue::test_a_reminder_of_a_visit_that_was_cancelled",),
    ),
    Mutant(
        "A reminder of the time before a move is sent",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if «appointment.sequence != message.sequence and» template != LINKS: return GONE",
                "False and",
            ),
        ),
        ("TestNoLongerTrue::test_a_reminder_of_a_visit_that_moved",),
    ),
    Mutant(
        "A text is sent to a number that said STOP",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «recipient.stopped» and message.kind not in", "False"),),
        ("TestSuppressed::test_after_an_opt_out",),
    ),
    Mutant(
        "A text leaves although its number said STOP while it was put into words",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit("OR «NOT {IS_STOPPED}»", "true"),
            Edit("status=MessageStatus.CLAIMED, sending_at__isnull=«True»", "False"),
        ),
        ("TestAnOptOutAtTheLastMoment::test_keeps_the_text_back",),
    ),
    Mutant(
        "A reminder leaves that the patient turned off while it was put into words",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit("OR (SELECT «visit.reminders_on» FROM scheduler_appointment", "true"),
            Edit("status=MessageStatus.CLAIMED, sending_at__isnull=«True»", "False"),
        ),
        ("test_nothing_begins_once_it_was_taken_back",),
    ),
    Mutant(
        "A mail leaves although its consent was taken back while it was put into words",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit("IN ({_listed(ANSWERS_AN_ASKER)}) OR «{LAST_ANSWER}»)", "true"),
            Edit("status=MessageStatus.CLAIMED, sending_at__isnull=«True»", "False"),
        ),
        ("test_nothing_begins_once_it_was_taken_back",),
    ),
    Mutant(
        "A text begins to leave in the moment in which STOP is written down",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("status=MessageStatus.CLAIMED, sending_at__isnull=«True»", "False"),),
        ("TestWhileItIsBeingTakenBack::test_the_worker_waits_and_sends_nothing",),
    ),
    Mutant(
        "A text is sent without consent",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «not answers and not recipient.agreed»: return Drop(", "False"),),
        ("TestSuppressed::test_without_consent",),
    ),
    Mutant(
        "Consent that was taken back still counts",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "consent.address = message.to«» ORDER BY consent.at DESC, consent.id DESC LIMIT 1",
                " AND consent.granted",
            ),
        ),
        ("TestSuppressed::test_after_consent_was_taken_back",),
    ),
    Mutant(
        "A number that can't take texts is texted again",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «recipient.unusable»: return Drop(", "False"),),
        ("TestSuppressed::test_to_an_address_that_does_not_work",),
    ),
    Mutant(
        "A patient gets two reminders in one day",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("«recipient.reminders_today >= REMINDERS_A_DAY or» recipient", ""),),
        ("TestCaps::test_one_reminder_a_day",),
    ),
    Mutant(
        "A patient gets four reminders in one week",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("«or recipient.reminders_this_week >= REMINDERS_A_WEEK»", ""),),
        ("TestCaps::test_three_a_week",),
    ),
    Mutant(
        "Reminders come although the patient turned them off",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if «is_reminder(message.kind) and not appointment.reminders_on»: return Drop(",
                "False",
            ),
        ),
        ("TestSuppressed::test_when_reminders_were_turned_off",),
    ),
    Mutant(
        "A pause of all sending does not hold texts back",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "OR «NOT EXISTS (SELECT FROM scheduler_clinic "
                "WHERE sending_paused_at IS NOT NULL)»",
                "true",
            ),
        ),
        ("TestPaused::test_nothing_leaves",),
    ),
)
