"""What waits while a carrier is away leaves once it is back, or somebody hears of it."""

from tests.mutants.mutant import Edit, Mutant, Promise

OUTAGES = (
    Mutant(
        "What is too late keeps all else from trying whether the carrier is back",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("UPDATE scheduler_circuit SET probe_until = «NULL»", "probe_until"),),
        ("TestHalfOpen::test_lets_the_next_one_through_where_one_is_kept_back",),
    ),
    Mutant(
        "A carrier that asks for a day gets it",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "retry_after = «min(retry_after, int(MOST_PATIENCE.total_seconds()))»",
                "retry_after",
            ),
        ),
        ("TestRefusals::test_wait_as_long_as_the_carrier_asks_up_to_a_quarter_of_an_hour",),
    ),
    Mutant(
        "A text is given up while the carrier takes nothing from anybody",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «is_away(row.channel)»: row.attempts", "False"),),
        ("TestATextThatWasNotTaken::test_is_tried_on_while_nobodys_is_taken",),
    ),
    Mutant(
        "Nobody hears of whom no reminder can reach",
        Promise.REMINDED,
        (
            Edit(
                "«ask_staff(StaffTask.Kind.MESSAGE, message=message, note=HELD_UP, now=now)»",
                "pass",
            ),
        ),
        ("TestWhoeverIsLeftOut::test_of_all_reminders_is_called_before_the_visit",),
    ),
    Mutant(
        "Staff call whoever the text has reached by now",
        Promise.TRUE_WORDS,
        (Edit('«change_rows(_LEFT, {"now": now, "note": HELD_UP})»', "pass"),),
        ("TestWhoeverIsLeftOut::test_is_called_no_more_once_the_text_has_left",),
    ),
    Mutant(
        "A code waits for a carrier that is away until it is of no more use",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "«AND message.channel IN (SELECT channel FROM scheduler_circuit)»",
                "AND false",
            ),
        ),
        ("TestALostCode::test_that_waits_or_may_have_left_while_the_carrier_fails",),
    ),
    Mutant(
        "Staff are asked a second time about a text that can't leave, when its last try came late",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("expires_at «or (decision.of_transport and staff_were_asked(message))»:", ""),),
        ("TestWhoeverIsLeftOut::test_of_all_reminders_is_called_before_the_visit",),
    ),
)
