"""What may or may not have left is settled by what the carrier has on record."""

from tests.mutants.mutant import Edit, Mutant, Promise

DOUBT = (
    Mutant(
        "A doubtful mail is left to nobody",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if «changed and not is_text»: ask_staff(StaffTask.Kind.UNCERTAIN,",
                "False",
            ),
        ),
        ("TestUncertain::test_mail_is_left_to_staff",),
    ),
    Mutant(
        "A doubtful text is looked up by nobody",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("look_up_at=«now + FIRST_LOOK_AFTER if is_text else None»", "None"),),
        ("TestATextThatWasTaken::test_is_found_and_not_sent_again",),
    ),
    Mutant(
        "A list that is late is taken for proof that a text never left",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if now < since + SETTLED or «not _is_up_to_date(listing, since, now=now)»", "False"
            ),
        ),
        ("TestATextThatWasTaken::test_is_found_however_late_the_list_is",),
    ),
    Mutant(
        "A text that waits at the carrier is taken for one that never left",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "return recognize(message, «listing.list_sent(message.to)»)",
                "listing.list_sent(message.to, since=since - OVERLAP)",
            ),
        ),
        ("TestATextThatWasTaken::test_is_found_where_it_waits_to_be_sent_and_has_no_date",),
    ),
    Mutant(
        "A list that can't be read is taken for an empty one",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                'log.warning("list not read", code=error.code) '
                "«return _not_listed(message, now=now)»",
                "return _due_again(message, now=now)",
            ),
        ),
        ("TestAListThatCantBeRead::test_is_no_proof_that_nothing_left",),
    ),
    Mutant(
        "A text that nobody knows is no reason to doubt that another never left",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("return Missing.ABSENT if «explained» else Missing.UNKNOWN_TEXTS", "True"),),
        ("TestWhatCantBeTold::test_where_the_list_has_texts_that_nobody_knows",),
    ),
    Mutant(
        "One of two texts that are alike is taken for both",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «len(found) != len(meant)»: return Missing.SEVERAL", "len(found) > len(meant)"),),
        ("TestWhatCantBeTold::test_where_one_of_two_that_are_alike_left",),
    ),
    Mutant(
        "What was looked up is due again though a callback came meanwhile",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "return «row.status == MessageStatus.UNCERTAIN and» row.sending_at ==",
                "",
            ),
        ),
        ("TestTwoAtOnce::test_a_look_that_was_overtaken_changes_nothing",),
    ),
    Mutant(
        "A text that was taken after all is sent once more",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if begun and first_heard and sid != message.sid«»: if message.status",
                ' and message.status != "planned"',
            ),
        ),
        ("TestATextThatWasNotTaken::test_that_was_taken_after_all_is_not_sent_again",),
    ),
    Mutant(
        "The desk sends a text again that may have left",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if «old.status == MessageStatus.UNCERTAIN» and old.channel == channel",
                "False",
            ),
        ),
        ("TestSendingAgain::test_is_refused_for_a_text_that_may_have_left",),
    ),
    Mutant(
        "All texts of a visit have the same links",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("mark=«tokens.mark_of(link.purpose, message)»", "0"),),
        ("TestATexts::test_of_two_reminders_that_say_the_same_no_two_are_alike",),
    ),
    Mutant(
        "A text that came in while we were away is never heard of",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("since=(«last or now») - OVERLAP", "now"),),
        ("TestATextThatWasMissed::test_is_found_after_days",),
    ),
    Mutant(
        "An old START takes back a later STOP",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «is_overtaken(inbound, meaning, now=now)»: ask_staff", "False"),),
        ("TestOneThatWasOvertaken::test_starts_and_stops_nothing_against_the_later_one",),
    ),
)
