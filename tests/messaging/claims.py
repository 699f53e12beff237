"""What pages and messages say that messages do, beside the tests that it is so.

`test_claims` fails on a sentence of that sort that is not here: put it beside the test that would
fail if it were untrue, or, if it says nothing of what messages do, among NO_CLAIM.
"""

Claims = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

# Each entry: tests, and the sentences that they make true.
TO_PATIENTS: Claims = (
    (
        ("TestABooking::test_owes_a_confirmation_now_and_three_reminders",),
        (
            "We remind you before the day.",
            "We use it to book your visits, to remind you of them, and to answer you.",
            "We send what you need for your visits to this address:",
            (
                "If you agree to it, we send the date, the time, and something to read before your "
                "visit."
            ),
        ),
    ),
    (
        (
            "TestABooking::test_owes_a_confirmation_now_and_three_reminders",
            "TestAMove::test_owes_the_notice_and_reminders_of_the_new_time",
            "TestCancel::test_withdraws_what_was_planned_and_owes_the_notice",
        ),
        (
            "You get a text when you book, move, or cancel a visit, and reminders before it.",
            "We still tell you if something about your visit changes.",
        ),
    ),
    (
        (
            "TestTheDonePage::test_says_when_each_reminder_comes_and_how",
            "TestReminders::test_are_those_that_are_planned_with_their_ways",
        ),
        (
            "We will remind you:",
            "The same goes to %(told)s, with a link that leads back to this page.",
        ),
    ),
    (
        ("TestAgreeing::test_owes_what_a_tick_would_have_owed",),
        ("We will text you about this visit.",),
    ),
    (
        ("TestABooking::test_owes_nothing_where_nobody_agreed",),
        (
            "You did not ask for messages, so none will come.",
            "Without it, and without an email address, we send no confirmation and no reminders.",
            "We send no messages about this visit.",
        ),
    ),
    (
        ("TestWhyNone::test_no_address_is_known",),
        (
            (
                "We send no messages about this visit, because we have no number or email address "
                "for them."
            ),
        ),
    ),
    (
        ("TestWhyNone::test_they_were_reminded",),
        ("We have reminded you.", "No more reminders will come."),
    ),
    (
        ("TestWhyNone::test_the_clinic_reminds_nobody_of_such_visits",),
        ("We send no reminders of this kind of visit.",),
    ),
    (
        ("TestWhyNone::test_it_was_brought_in",),
        ("No reminder is planned for this visit.",),
    ),
    (
        ("TestWhyNone::test_it_was_booked_too_late",),
        ("Your visit is soon, so no reminder will come.",),
    ),
    (
        (
            "TestWays::test_say_what_is_switched_off",
            "TestSending::test_a_channel_that_is_off_sends_nothing",
        ),
        (
            "We send no texts at the moment.",
            "We send no emails at the moment.",
            "We can't send texts at the moment.",
        ),
    ),
    (
        ("TestPaused::test_nothing_leaves", "TestResumed::test_what_waited_goes_out"),
        ("Our messages are on hold at the moment, so they may come later.",),
    ),
    (
        ("TestWays::test_say_since_when_texts_are_off", "TestSuppressed::test_after_an_opt_out"),
        (
            "off since %(since)s, because we were asked to stop.",
            "on, unless you told us to stop.",
            "If you ever answered STOP to us, our texts can't reach you.",
            "If you texted STOP to us, we don't text you.",
        ),
    ),
    (
        (
            "TestWays::test_say_that_a_text_waits_for_a_person",
            "TestStop::test_in_free_wording_is_acknowledged_once_and_waits_for_a_person",
        ),
        (
            "on hold since %(since)s, because a text to us sounded like stop.",
            "you seem to want no texts, so we hold them.",
        ),
    ),
    (
        ("TestStart::test_lets_texts_go_out_again",),
        ("To get them again, answer one of our texts with START.",),
    ),
    (
        (
            "TestStop::test_in_words_that_the_carrier_does_not_know_is_acknowledged_once",
            "TestStop::test_is_for_everybody_on_the_number",
        ),
        (
            "We confirm that once, and then text this number no more.",
            "you get no more texts from us.",
        ),
    ),
    (
        ("TestEveryText::test_names_the_clinic_and_how_to_stop",),
        ("Our messages start with “%(name)s”.",),
    ),
    (
        ("TestDiscretion::test_texts_and_subjects_name_no_condition",),
        (
            (
                "Texts and mails are not as private as a sealed letter, so ours never say why you "
                "come to see us."
            ),
        ),
    ),
    (
        ("TestTheLanguage::test_is_that_of_all_that_is_still_to_come",),
        ("Our messages come in this language:",),
    ),
    (
        (
            "TestTwo::test_is_answered_with_the_link_to_change",
            "TestTheDonePage::test_says_how_to_get_the_link_where_the_text_has_none",
        ),
        (
            "Or answer our text with 2, and we text you the link.",
            (
                "To see, change, or cancel your visit, answer our text with 2, and we text you the "
                "link."
            ),
        ),
    ),
    (
        ("TestFinding::test_sends_one_for_each_coming_visit_and_none_for_others",),
        (
            "We send the links of your coming visits there.",
            "Look for our newest message, or let us send you the links of your coming visits.",
        ),
    ),
    (
        (
            "TestTheAnswer::test_is_the_same_whether_or_not_anything_is_known",
            "TestTheAnswer::test_is_the_same_when_asked_too_often_and_nothing_more_is_sent",
        ),
        (
            (
                "For your privacy we never say here whether we know a number, and we send links "
                "only a few times an hour."
            ),
        ),
    ),
    (
        (
            "TestHold::test_owes_one_code_and_nothing_else",
            "TestHold::test_keeps_the_time_for_a_quarter_of_an_hour",
        ),
        (
            "We send a code to %(to)s, and keep the time for you for 15 minutes.",
            "We text a code to %(to)s, and keep the time for you for 15 minutes.",
            "We text a code to it.",
            "We texted six digits to %(to)s.",
            "We sent six digits to %(to)s.",
            "It is yours once the code that we sent you has been entered.",
            "without the code nothing is booked.",
        ),
    ),
    (
        ("TestTheCode::test_is_sent_again_after_half_a_minute",),
        (
            "We sent you a new code.",
            "We sent a code just now.",
            "That is not the code we sent last.",
        ),
    ),
    (
        ("TestComingBack::test_after_a_sleep_takes_the_time_again_with_one_tap",),
        ("If the time is still free, it takes one tap to keep it again; we then send a new code.",),
    ),
    (
        ("TestTheCode::test_limits_of_a_number_leave_the_time_to_a_call",),
        ("We can't send more codes for now.",),
    ),
    (
        (
            "TestWhoCannotBeTexted::test_is_told_so_and_asked_for_mail_or_called",
            "TestWhoCannotBeTexted::test_is_told_so_where_the_text_came_back",
        ),
        (
            "We can't send a code to this phone.",
            "We can't send a text to %(to)s.",
            "We can't send mail to %(to)s.",
        ),
    ),
    (
        (
            "TestHoldForCall::test_keeps_the_time_until_noon_of_the_next_business_day",
            "TestHoldForCall::test_asks_staff_and_sends_nothing",
        ),
        (
            (
                "Or we keep the time until noon of the next business day, and call you before then "
                "to book it."
            ),
            (
                "So we keep the time until noon of the next business day, and call you before then "
                "to book it."
            ),
            "We call you before then to book it.",
            "We call %(phone)s to book this visit.",
        ),
    ),
    (
        (
            "TestRequestContact::test_writes_request_link_and_message_together",
            "TestPromise::test_keeps_to_the_clinics_hours_and_days",
        ),
        (
            "Tell us how to reach you, and somebody from the clinic will call you or write to you.",
            "Somebody from the clinic will call you by %(expect_by)s.",
            "Somebody from the clinic will write to you by %(expect_by)s.",
            "We send you one message with the time by which we answer.",
            "We will call %(reach)s by",
            "We will write to %(reach)s by",
            "We will call you",
            "We will call you about it.",
            "Look them over, and we will call you.",
            "If you give a number, we call it.",
            "If you give only this, we write to you.",
            "If you choose none, we call as soon as we can.",
            "we'll call by %(expect_by)s.",
            "we'll write by %(expect_by)s.",
        ),
    ),
    (
        ("TestWithdrawing::test_is_said_and_stops_the_message",),
        ("We will not get in touch.",),
    ),
    (
        ("TestTheCallOfARequest::test_that_reached_them_closes_it",),
        ("We have been in touch with you.",),
    ),
    (
        (
            "TestAVisitByPhone::test_says_which_number_is_called",
            "TestMailsAboutAVisit::test_say_that_we_call_where_the_visit_is_by_phone",
        ),
        (
            "We call this number for your visit.",
            "We call you for this visit, but have no number of yours.",
            "We call you for this visit, so we need a phone number.",
            "We call you for this visit:",
            "We call you on the phone.",
            "We will call at the time below.",
            "by phone, we call you at this time",
            "we call %(call_short)s",
            "we call you at %(phone)s.",
            "we call you at this time",
            "we now call %(call_short)s",
        ),
    ),
    (
        (
            "TestDelay::test_of_a_call_says_that_we_call",
            "TestTelling::test_says_the_old_time_and_the_new_one",
        ),
        (
            "We will call near %(late_time)s.",
            "we call near %(late_time)s.",
            "It will start near %(late_time)s.",
            "Your %(time)s %(zone)s visit will start near %(late_time)s.",
        ),
    ),
    (
        ("TestTextsThatComeIn::test_are_read_in_the_hours_that_the_clinic_set",),
        (
            "We read the texts that you send us %(hours)s, and not at other times.",
            "we read texts %(read_hours)s.",
        ),
    ),
    (
        ("TestTextsThatComeIn::test_are_read_by_nobody_where_it_says_so",),
        (
            "Nobody reads the texts that are sent to this number.",
            "nobody reads texts to this number.",
        ),
    ),
    (
        ("TestABooking::test_owes_them_by_each_channel_that_was_agreed_to",),
        (
            "You get this mail because this address was given to us for a visit or a request.",
            "Tick the box if you would like texts from us.",
        ),
    ),
    (
        ("TestStop::test_suppresses_what_is_planned_by_text_only",),
        ("This cancels no visit; to change one, call %(phone)s.",),
    ),
    (
        ("TestTheLink::test_that_ran_out_says_no_more_than_one_that_never_was",),
        ("Links stop working after some time, so that what they lead to stays private.",),
    ),
    (
        ("TestThePage::test_is_sorry_when_we_are_late",),
        ("We wanted to be in touch by %(date)s, %(time)s %(zone)s.",),
    ),
    (
        (
            "TestThePage::test_says_what_was_asked_for",
            "TestThePage::test_says_that_we_write_where_there_is_no_number",
        ),
        ("You asked us to call you.", "You asked us to write to you."),
    ),
    (
        ("TestStopping::test_keeps_back_the_mails_and_no_text",),
        ("We send no more reminders to <strong>%(to)s</strong>.", "No more reminder emails"),
    ),
    (
        ("TestStopping::test_holds_for_a_later_visit_and_only_for_reminders",),
        ("We still email you when a visit is booked, moved or canceled.",),
    ),
    (
        ("TestThePage::test_is_the_same_click_and_the_way_back",),
        ("We email reminders of visits to <strong>%(to)s</strong>.",),
    ),
    (
        (
            "TestWhatIsSaid::test_the_visits_page_and_the_desk_know",
            "TestWhatIsSaid::test_where_no_other_way_is_left_it_is_why_no_reminder_comes",
        ),
        (
            "on, but no reminders, because we were asked to stop them.",
            "No reminder will come, because we were asked to stop them.",
        ),
    ),
    (
        ("TestStopping::test_stops_texts_for_good",),
        (
            "Get no more messages",
            "We then text this number no more, about no visit, not even if we have to change one.",
            (
                "We then write to this address no more, about no visit, not even if we have to "
                "change one."
            ),
        ),
    ),
)

TO_STAFF: Claims = (
    (
        (
            "TestABooking::test_owes_nothing_where_nobody_agreed",
            "TestSuppressed::test_without_consent",
        ),
        ("A new number or address gets no texts or mails until they agreed to it.",),
    ),
    (
        ("TestSendingAgain::test_is_refused_without_another_address",),
        ("An answer to a text goes by text.",),
    ),
    (
        ("TestPaused::test_nothing_leaves", "TestPaused::test_codes_leave"),
        (
            "Everything waits as planned; only codes for people who are booking right now go out.",
            "Nothing leaves but codes for people who are booking right now.",
            "Only codes for people who are booking right now go out.",
        ),
    ),
    (
        (
            "TestStart::test_lifts_the_opt_out_and_records_the_consent",
            "TestAPause::test_is_not_an_opt_out_which_its_owner_alone_can_lift",
        ),
        (
            "If they stopped it by text, only they can start it again:",
            "If they stopped it themselves, only they can start it again.",
            "Nobody can text it but by their own START.",
            "Only they can start it again:",
            "Only they can start texts again:",
            "with START to our number.",
            "ask them to text START to our number.",
        ),
    ),
    (
        (
            "TestUncertain::test_text_is_looked_up_before_staff_hear_of_it",
            "TestUncertain::test_is_never_sent_again_while_nobody_knows",
        ),
        (
            "We are looking it up in Twilio's list of texts:",
            (
                "We look for it in Twilio's list of texts to this number since {since}, but the "
                "list can't be read."
            ),
            "We looked for it in Twilio's list of texts to this number since {since}.",
            "There are several with these words, and nobody can tell which is which.",
            "There are texts that we don't know, and it may be one of them.",
        ),
    ),
    (
        ("TestUncertain::test_mail_is_left_to_staff",),
        ("Nobody can know whether this mail went out.",),
    ),
    (
        ("TestThePlan::test_tells_nobody_and_calls_nothing_off",),
        ("Nobody is told before you say so.", "Nobody was told yet.", "Planned, nobody told yet"),
    ),
    (
        (
            "TestSending::test_calls_the_visits_off_and_owes_each_a_text_and_a_mail",
            "TestSending::test_tells_the_earliest_visit_first",
        ),
        (
            (
                "When you send, … visit… … called off, and … a text and a mail …, as far as they "
                "agreed, the earliest visit first."
            ),
        ),
    ),
    (
        ("TestSending::test_puts_who_may_not_be_written_to_on_the_call_list",),
        (
            "they go on the call list",
            "they go on the call list.",
            "No text or mail can reach … of them:",
        ),
    ),
    (
        ("TestChangingThePlan::test_dropping_it_opens_the_day_and_frees_the_kept_times",),
        ("is open again; nobody was told.",),
    ),
    (
        ("TestTheDelay::test_ends_when_they_are_on_time_again",),
        ("Being on time again tells nobody:", "who was told may still come later."),
    ),
    (
        (
            "TestWhoHearsOfIt::test_is_called_where_nothing_may_go",
            "TestWhoHearsOfIt::test_is_who_comes_in_the_next_three_hours",
        ),
        (
            "we can't write to them",
            "Nobody had to be told.",
            "Nobody of the next three hours has to be told.",
        ),
    ),
    (
        ("TestTheCallOfARequest::test_in_vain_three_times_leaves_them_a_last_word",),
        ("it is off the queue, and they hear how to reach us where we may write to them.",),
    ),
    (
        ("TestAReply::test_leaves_with_the_clinics_name_and_the_way_to_stop",),
        ("The clinic's name goes in front, the way to stop behind.",),
    ),
    (
        ("TestAReply::test_goes_to_nobody_who_neither_wrote_lately_nor_agreed",),
        (
            "They neither wrote in the last week nor agreed to texts.",
            "They have agreed neither to texts nor to mail:",
            "They have not agreed to be written to this way.",
        ),
    ),
    (
        ("TestSettling::test_a_possible_stop_was_none",),
        ("Texts to this number go on.", "It was no stop:"),
    ),
    (
        ("TestSettling::test_a_possible_stop_stops_for_good",),
        ("no more texts to this number.", "If they want no more texts, stop for good."),
    ),
    (
        ("TestWhyNone::test_they_were_reminded",),
        ("They have been reminded.",),
    ),
    (
        ("TestWhyNone::test_they_turned_them_off",),
        ("they turned reminders off", "they turned reminders off."),
    ),
    (
        ("TestWhyNone::test_nobody_agreed",),
        ("they can't be written to.", "No text or mail can reach them:"),
    ),
    (
        ("TestWhyNone::test_no_address_is_known",),
        ("we have no number or mail address for messages.",),
    ),
    (
        ("TestWhyNone::test_none_could_be_sent",),
        ("No reminder went out",),
    ),
    (
        ("TestRefusals::test_of_our_account_alarm_staff",),
        ("The carrier refuses our messages because of how the account is set up.",),
    ),
    (
        ("TestAWalkIn::test_has_arrived_and_is_not_written_to",),
        ("No text or mail goes out.",),
    ),
    (
        ("TestHoldForCall::test_keeps_the_time_until_noon_of_the_next_business_day",),
        ("We keep a time for them until you call",),
    ),
    (
        ("TestFollowing::test_asks_for_a_call_where_nobody_answered_in_time",),
        ("No answer in time",),
    ),
    (
        ("TestAfterwards::test_the_link_of_a_message_still_opens_the_visit",),
        ("Links in messages go on working.",),
    ),
    (
        ("TestTheTables::test_only_what_reports_is_missed",),
        ("Mail tells of no delivery.",),
    ),
    (
        ("TestMailsAboutAVisit::test_say_that_we_call_where_the_visit_is_by_phone",),
        ("We call for this visit:",),
    ),
    (
        ("TestWhatIsSaid::test_the_visits_page_and_the_desk_know",),
        ("on, but they want no reminders this way", "they want no reminders this way"),
    ),
    (
        ("TestAComplaint::test_is_an_opt_out_of_mail_and_a_task",),
        ("No more mail goes to this address.",),
    ),
    (
        ("TestRemindersAlone::test_leave_what_tells_of_a_visit",),
        ("No more reminders, all else as before",),
    ),
    (
        (
            "TestComingVisits::test_are_reminded_of_no_more_where_all_rules_are_off",
            "TestTheExample::test_says_why_nothing_goes",
        ),
        (
            "No reminder goes out; the visit's page and the desk say why.",
            "Nobody is reminded by these rules; the visit's page and the desk say so.",
        ),
    ),
    (
        ("TestComingVisits::test_keep_what_was_planned_where_the_rules_come_too_late",),
        (
            (
                "Where the new rules would leave a coming visit with no reminder at all because "
                "they come too late for it, the one that was planned still goes."
            ),
        ),
    ),
    (
        ("TestWays::test_of_a_booking_two_days_ahead_leave_one_reminder",),
        (
            (
                "Whom no reminder fits, because they booked a short time ahead, still gets one "
                "where they booked a day ahead or more."
            ),
        ),
    ),
    (
        ("TestWays::test_give_way_for_who_agreed_to_none_of_them",),
        (
            (
                "who agreed to none of the ways that you choose gets all of them the way they did "
                "agree to."
            ),
        ),
    ),
    (
        ("TestSuppressed::test_after_an_opt_out", "TestSuppressed::test_without_consent"),
        (
            (
                "not sent on purpose, because they opted out, did not agree, or it would have "
                "come too late."
            ),
        ),
    ),
)

# They say nothing of what messages do.
NO_CLAIM: frozenset[str] = frozenset(
    (
        "Before we call",
        "Carriers are not liable for texts that come late or not at all.",
        "Companies that carry texts and mail, and that run our computers, handle it for us.",
        "Give a phone number or an email address, so that we can reach you.",
        (
            "If a leg suddenly gets weak, you go numb between the legs, or you can no longer hold "
            'or pass urine or stool, <a href="tel:911">call 911</a> now.'
        ),
        "If you need us, please call.",
        "If you would rather talk to us, call %(phone)s.",
        "In an emergency call 911; nobody watches this mailbox around the clock.",
        "Language of our messages",
        "Lost our message?",
        "Messages from us",
        "No code?",
        "No mobile and no email?",
        "Nothing has been sent yet.",
        "Please call %(phone)s, and we will help you right away.",
        "Texts from us",
        "The messages we send you, your answers, and what you agreed to:",
        "To get no email at all, please call us.",
        "To get no more of them, write to %(email)s or call %(phone)s.",
        "Type the mobile number or the email address that you gave us.",
        "We can't answer right now",
        "We never ask for it by phone or by mail.",
        "Who sent you to us?",
        # To staff.
        "Call and ask whether they meant the visit; if they did, cancel it.",
        "Call, if they have to know before.",
        "First settle above whether they want no more texts.",
        "How did the call go?",
        "No call was asked for about this time:",
        "Nobody else is waiting for a call.",
        "Nobody has written to us yet.",
        "Nothing was sent yet.",
        "Read what they wrote and answer:",
        "Say whether they meant to stop:",
        "Sent, no word yet",
        "no answer in time",
        "the answer made no sense",
        "Codes and links that they ask for",
        "They agreed to mail",
        "They agreed to texts",
        "To send none, switch it off.",
        "When they are reminded",
        "… They agreed to mail",
        "… They agreed to texts",
        "the mail server takes no mail from us",
        "Call them, and ask how they want to hear of their visits:",
        "Tell them that we canceled",
        "The call desk has no free time in the next two weeks, or has no column yet (see Set-up).",
        "There is no number and no mail address.",
        "They have neither phone nor email",
        "They want no more texts:",
        "They wrote something that may mean stop; it stands below, with the messages.",
        "We know no mail address of theirs.",
        "When we call ( what suits them comes first free at the call desk )",
        "settle first whether they meant to stop.",
        "… asked us to call :",
    )
)
