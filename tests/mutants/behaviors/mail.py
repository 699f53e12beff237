"""Mail: whose it is to stop, what is said against an address, and whom the product believes."""

from tests.mutants.mutant import Edit, Mutant, Promise

MAIL = (
    Mutant(
        "A scanner that opens the link at the end of a reminder stops all of them",
        Promise.PRIVATE,
        (
            Edit(
                'if «request.method == "POST"»: if request.POST.get("reminders") == "on":',
                "True",
            ),
        ),
        ("TestOneClick::test_is_not_done_by_looking",),
    ),
    Mutant(
        "A reminder leaves after its reader asked for none",
        Promise.TRUE_WORDS,
        (Edit("«AND NOT {IS_STOPPED_REMINDER}»", ""),),
        ("TestStopping::test_nothing_begins_after_it",),
    ),
    Mutant(
        "Who wants no reminders is not told of a visit either",
        Promise.TRUE_WORDS,
        (
            Edit("if recipient.reminders_stopped «and is_reminder(message.kind)»:", ""),
            Edit(
                "(«starts_with(message.kind, '{REMINDER_PREFIX}') AND»"
                " EXISTS (SELECT FROM scheduler_reminderoptout",
                "",
            ),
        ),
        ("TestStopping::test_holds_for_a_later_visit_and_only_for_reminders",),
    ),
    Mutant(
        "Reminders go on to somebody who wants none",
        Promise.TRUE_WORDS,
        (Edit("if «recipient.reminders_stopped and is_reminder(message.kind)»:", "False"),),
        ("TestStopping::test_holds_for_a_later_visit_and_only_for_reminders",),
    ),
    Mutant(
        "A made-up link stops somebody's reminders",
        Promise.PRIVATE,
        (
            Edit(
                "if link is None «or not tokens.is_token("
                " keys, tokens.UNSUBSCRIBE, locator, link.version, token )»:",
                "",
            ),
        ),
        ("TestTheLink::test_can_not_be_made_without_the_key",),
    ),
    Mutant(
        "What somebody typed as their name is carried out by a mail program",
        Promise.PRIVATE,
        (Edit('shown[place] = «escape(said)» if frame == "mail.html" else said', "said"),),
        ("TestAMailForAnyName::test_has_the_tags_and_links_of_any_other",),
    ),
    Mutant(
        "A mail with a long line is cut by a server on its way",
        Promise.REMINDED,
        (Edit("len(line) > «_LONGEST_LINE»", "10 * _LONGEST_LINE"),),
        ("TestAMail::test_has_no_line_that_is_longer_than_a_server_takes",),
    ),
    Mutant(
        "A mail server that takes nothing from us makes a patient's address a bad one",
        Promise.REMINDED,
        (Edit("if «step is Step.RECIPIENT or code == _FULL»:", "True"),),
        ("TestRefusals::test_a_refused_sender_is_no_fault_of_the_recipient",),
    ),
    Mutant(
        "Anybody can say that a mail came back",
        Promise.REMINDED,
        (Edit("try: «reader.run_validators(request)»", "pass"),),
        ("TestTheDoor::test_is_shut_without_the_password",),
    ),
    Mutant(
        "Who reported our mail as spam gets more of it",
        Promise.TRUE_WORDS,
        (
            Edit(
                'stopped = «opt_out(message.channel, message.to, source=f"mail {news.value}",'
                " now=now)»",
                "True",
            ),
        ),
        ("TestAComplaint::test_is_an_opt_out_of_mail_and_a_task",),
    ),
    Mutant(
        "A mail that came back after it had arrived says nothing against the address",
        Promise.REMINDED,
        (Edit("if «event.news is MailNews.BOUNCED»:", "False"),),
        ("TestABounce::test_that_comes_after_all_marks_the_address_too",),
    ),
)
WATCHING = (
    Mutant(
        "What comes and goes is an alarm, a task and a mail each time",
        Promise.TRUE_WORDS,
        (Edit("seen_at__lte=«now - QUIET_FOR»", "now"),),
        ("TestRaising::test_what_comes_and_goes_is_one",),
    ),
    Mutant(
        "An alarm is mailed at every look",
        Promise.TRUE_WORDS,
        (
            Edit(
                "if not Alarm.objects.filter(pk=alarm.pk, mailed_at=None)«.update(mailed_at=now)»:",
                ".exists()",
            ),
        ),
        ("TestMail::test_is_sent_once_an_alarm",),
    ),
    Mutant(
        "Nobody is told that no worker is at work",
        Promise.REDIS_IS_DISPOSABLE,
        (Edit("elif «now - seen > NO_WORKER_AFTER»:", "False"),),
        ("TestWhatRaisesOne::test_no_worker",),
    ),
    Mutant(
        "Counting what became of messages reads all that were ever sent",
        Promise.QUICK,
        (Edit("WHERE «{_WHEN} >= %(start)s AND» {_WHEN} < %(end)s", ""),),
        ("TestTheCost::test_is_that_of_the_index",),
    ),
    Mutant(
        "A text's price is that of what is stored",
        Promise.TRUE_WORDS,
        (Edit("gsm7.segments(«ready.text») if message.channel", '"x"'),),
        ("TestSegments::test_count_what_left_and_not_what_is_stored",),
    ),
)
