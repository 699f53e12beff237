"""What patients answer, and how they are written to afterwards."""

from tests.mutants.mutant import Edit, Mutant, Promise

REPLIES = (
    Mutant(
        "STOP is read and nothing follows",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "case Reply.STOP | Reply.STOP_CANCEL: "
                'if «opt_out(SMS, number, source="text", now=now)»:',
                "False",
            ),
        ),
        (
            "TestStop::test_opts_the_number_out",
            "TestATextAboutTexts::test_stop_opts_the_number_out",
        ),
    ),
    Mutant(
        "STOP in a whole sentence is taken for small talk",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("return Reply.MAYBE_STOP «if _may_be_stop(core)» else Reply.OTHER", "if False"),),
        (
            "TestAnythingElse::test_that_may_be_an_opt_out_pauses_texts_and_asks_staff",
            "TestClassify::test_takes_a_text_for_what_it_means",
        ),
    ),
    Mutant(
        "STOP in Spanish is not understood",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit('parar|pare|paren" "|alto|«baja|darme de baja|»', ""),),
        ("TestClassify::test_takes_a_text_for_what_it_means",),
    ),
    Mutant(
        "STOP does not withdraw what is planned already",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "«keep_back(to_them, reason=OPTED_OUT, now=now)» return created",
                "pass",
            ),
        ),
        ("TestStop::test_suppresses_what_is_planned_by_text_only",),
    ),
    Mutant(
        "STOP for one patient leaves the others on the number their texts",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "stop.address = message.to«» AND stop.lifted_at IS NULL",
                " AND stop.at > message.created_at",
            ),
        ),
        ("TestStop::test_covers_visits_that_are_booked_later",),
    ),
    Mutant(
        "An opt-out is lost when two records are merged",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "«other.notes.update(patient=kept)»",
                '__import__("scheduler.models", fromlist=["OptOut"]).OptOut.objects.filter(\n'
                "    address__in=[str(other.phone), other.email]\n"
                ").delete()\n"
                "other.notes.update(patient=kept)",
            ),
        ),
        ("TestMerging::test_keeps_an_opt_out_of_either",),
    ),
    Mutant(
        "Whoever writes START gets texts again but not the reminders that STOP took away",
        Promise.REMINDED,
        (
            Edit(
                "if «lifted»: owe_again(channel, address, kept_back=OPTED_OUT, now=now) "
                "return bool(lifted)",
                "False",
            ),
        ),
        (
            "TestStartingAgain::test_owes_the_reminders_again",
            "TestStart::test_lets_texts_go_out_again",
        ),
    ),
    Mutant(
        "START makes somebody agree to texts who never did",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                'before = agreed.order_by("-at", "-pk").first()«»',
                " or Consent(channel=channel, address=address, granted=True, wording='x')",
            ),
        ),
        ("TestStart::test_gives_no_consent_to_whom_never_gave_one",),
    ),
    Mutant(
        "The same text from the carrier acts twice",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «inbound.acted_at is None»: meaning = classify(inbound.body)", "True"),),
        ("TestOnce::test_the_same_text_acts_once",),
    ),
    Mutant(
        "A 1 confirms whichever visit comes first, though it could mean either",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit("meant = upcoming if «len(upcoming) == 1» else", "upcoming"),
            Edit(
                "if «len(meant) != 1 and (meaning is Reply.CHANGE or not in_one_text(meant))»: "
                "ask_staff",
                "False",
            ),
        ),
        ("TestAnAmbiguousNumber::test_acts_on_no_visit",),
    ),
    Mutant(
        "A text from one number confirms a visit of another",
        Promise.PRIVATE,
        (Edit("Appointment.objects.filter(«contact__phone=number,» status__in=EXPECTED", ""),),
        ("TestOne::test_confirms_nothing_for_another_number",),
    ),
    Mutant(
        "CANCEL by text opts out and nobody asks whether the visit was meant",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "if «meaning is Reply.STOP_CANCEL and» upcoming_visits(number, now): ask_staff(",
                "False and",
            ),
        ),
        ("TestCancel::test_opts_out_and_asks_staff_whether_the_visit_was_meant",),
    ),
    Mutant(
        "A text is answered in English to who was written to in Spanish",
        Promise.TRUE_WORDS,
        (
            Edit(
                'filter(to=inbound.from_number).order_by("-created_at", "-pk").first() '
                'return «last.language if last else "en"»',
                '"en"',
            ),
        ),
        ("TestLanguage::test_follows_what_the_number_was_last_written_in",),
    ),
)
