"""Who has several visits reads one text, and who can't be reached one way is reached the other."""

from tests.mutants.mutant import Edit, Mutant, Promise

ONE_TEXT = (
    Mutant(
        "Of two visits on a day the second is reminded of by nothing",
        Promise.REMINDED,
        (
            Edit(
                "CASE WHEN «starts_with(message.kind, %(reminder)s) AND» message.channel",
                "false AND",
            ),
        ),
        ("TestOneText::test_names_both_times_and_asks_once",),
    ),
    Mutant(
        "A text names a visit of another day as one of the day that it tells",
        Promise.TRUE_WORDS,
        (
            Edit(
                "«(beside.starts_at AT TIME ZONE %(zone)s)::date "
                "= (visit.starts_at AT TIME ZONE %(zone)s)::date»",
                "true",
            ),
        ),
        ("TestOneText::test_is_not_for_a_visit_of_another_day",),
    ),
    Mutant(
        "A text says the time of a visit that was called off as it left",
        Promise.TRUE_WORDS,
        (
            Edit(
                "if «not ready or» "
                "not begin(claim, channel, composed, segments=segments, now=now): return False",
                "",
            ),
        ),
        ("TestBegin::test_is_refused_where_the_words_are_stale",),
    ),
    Mutant(
        "Of the visits of a day the later one's text goes before the first one's",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("(Postpone(now + A_MOMENT) if «recipient.after_another» else None)", "False"),),
        ("TestOneText::test_whoever_claims_them",),
    ),
    Mutant(
        "A visit whose text was refused together with another's is never reminded of",
        Promise.REMINDED,
        (Edit("«owe_told_too(message, not_before=now)»", "pass"),),
        ("TestATextThatDidNotLeave::test_or_did_not_arrive_leaves_the_other_owed",),
    ),
    Mutant(
        "The page of the second visit shows an hour at which no text leaves",
        Promise.TRUE_WORDS,
        (Edit("earlier = «told_earlier(ahead, others)»", "{}"),),
        ("TestThePages::test_show_when_the_text_leaves_that_names_it",),
    ),
    Mutant(
        "The answer 1 to a text about two visits confirms neither",
        Promise.TRUE_WORDS,
        (Edit("(meaning is Reply.CHANGE or «not in_one_text(meant)»)", "True"),),
        ("TestTheAnswer::test_one_confirms_all_that_it_named",),
    ),
    Mutant(
        "A patient with two numbers gets two reminders a day",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "WHERE other.patient_id = visit.patient_id«» AND other.starts_at > %(a_week_ago)s",
                " AND sent.to = message.to",
            ),
        ),
        ("TestCapsAreByPatient::test_over_all_their_numbers",),
    ),
    Mutant(
        "A text that came back is sent no other way",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «not fall_back(message, now=now) or configuration»: ask_staff(", "True"),),
        ("TestForGood::test_undelivered_goes_by_mail_and_asks_nobody",),
    ),
    Mutant(
        "A text of which no word came is sent no other way",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «fall_back(message, now=now)»: gone += 1", "False"),),
        ("TestNoWordInTime::test_goes_by_mail_once",),
    ),
    Mutant(
        "Who never agreed to mail gets one where a text fails",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("return to if not shut «and (status.agreed or request is not None)» else", ""),),
        ("TestNobodyElseIsWrittenTo::test_without_consent",),
    ),
    Mutant(
        "Who said no to mail gets one where a text fails",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("return to if «not shut and» (status.agreed", ""),),
        ("TestNobodyElseIsWrittenTo::test_after_an_opt_out",),
    ),
    Mutant(
        "A code that comes by mail proves the number that it never reached",
        Promise.PRIVATE,
        (
            Edit(
                "appointment.code_channel = «address[0]»", "appointment.code_channel or address[0]"
            ),
        ),
        ("TestALostCode::test_proves_the_mail_address_and_not_the_number",),
    ),
    Mutant(
        "A stranger learns from a mail that a number has opted out",
        Promise.PRIVATE,
        (
            Edit(
                "AND «message.error_code <> ALL(%(stopped)s)» OR message.status = 'suppressed'",
                "true",
            ),
        ),
        ("TestIsNotForEverybody::test_a_number_that_opted_out_tells_a_stranger_nothing",),
    ),
    Mutant(
        "Who is called [[manage_link]] has the link in their name",
        Promise.PRIVATE,
        (Edit("«context = all_as_text(context, ours=_OURS, with_lines=_WITH_LINES)»", ""),),
        ("TestAMailForAnyName::test_has_the_tags_and_links_of_any_other",),
    ),
)
