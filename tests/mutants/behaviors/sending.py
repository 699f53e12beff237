"""What leaves leaves once, whatever dies on the way."""

from tests.mutants.mutant import Edit, Mutant, Promise

SENDING = (
    Mutant(
        "A text is sent again after its sender died in the middle",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit("WHERE status IN ('planned', 'claimed') «AND sending_at IS NULL» AND channel", ""),
            Edit("AND claimed_until > %(now)s «AND num_nulls(sending_at) = 1»", ""),
            Edit(
                "status=MessageStatus.CLAIMED, «sending_at__isnull=False», claimed_until__lte=now",
                "pk=0",
            ),
        ),
        ("TestAWorkerThatDies::test_while_sending_leaves_it_uncertain",),
    ),
    Mutant(
        "A text whose sender died before sending it is never sent",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("AND (status = 'planned' «OR claimed_until <= %(now)s»)", ""),),
        ("TestAWorkerThatDies::test_before_sending_leaves_it_due_again",),
    ),
    Mutant(
        "A text that perhaps left is sent once more",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "«mark_uncertain(message, doubt.code, note=doubt.said, now=now) "
                "status = MessageStatus.UNCERTAIN»",
                "status = MessageStatus.PLANNED\n"
                "Message.objects.filter(pk=message.pk).update(\n"
                "    status=status, lease=None, claimed_until=None, sending_at=None\n"
                ")",
            ),
        ),
        ("TestUncertain::test_is_never_sent_again_while_nobody_knows",),
    ),
    Mutant(
        "Two workers send the same text",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("AND («status = 'planned' OR claimed_until <= %(now)s»)", "true"),),
        ("TestClaim::test_is_for_one_claimer",),
    ),
    Mutant(
        "A worker sends after its claim ran out",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("«AND claimed_until > %(now)s» AND num_nulls(sending_at) = 1", ""),),
        ("TestAClaimThatWasLost::test_sends_nothing_after_its_lease",),
    ),
    Mutant(
        "A worker that stood still after it began sends what others may have sent meanwhile",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if self.leave_by is not None and «monotonic() >= self.leave_by»:", "False"),),
        (
            "TestAClaimThatWasLost::test_sends_nothing_where_it_stood_still_after_it_began",
            "TestTooLate::test_a_text_that_was_held_up_is_not_sent",
        ),
    ),
    Mutant(
        "What a dead worker had in hand waits for minutes",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("LEASE = timedelta(«seconds=5»)", "minutes=2"),),
        ("test_killed_at_every_step",),
    ),
    Mutant(
        "A thousand reminders go before a code",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("for level in «Priority.values»)", "reversed(Priority.values)"),),
        ("TestTheSendersRate::test_lets_no_thousand_reminders_delay_what_people_wait_for",),
    ),
    Mutant(
        "A carrier that is away keeps all workers busy",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("CASE WHEN circuit.failures + 1 >= «%(failures)s»", "1000000"),),
        ("TestOpens::test_after_failures_in_a_row",),
    ),
    Mutant(
        "A carrier that was away is asked with many messages whether it is back",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("THEN (SELECT «count(*)» FROM probing) END", "100 * count(*)"),),
        ("TestHalfOpen::test_lets_one_message_through",),
    ),
    Mutant(
        "The carrier asks for patience and is asked again at once",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("delay = «max(retry.wait(attempt, jitter), retry_after)»", "1"),),
        ("TestRefusals::test_wait_as_long_as_the_carrier_asks_up_to_a_quarter_of_an_hour",),
    ),
    Mutant(
        "What failed together is tried again together",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("return self.least + int(«jitter *» min(self.cap,", ""),),
        ("TestWaits::test_lie_anywhere_between_two_bounds_that_grow_up_to_a_cap",),
    ),
    Mutant(
        "Sending begins before it is written down that it begins",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("SET «sending_at = %(now)s,» claimed_until = %(claimed_until)s, attempts", ""),),
        ("TestSending::test_writes_down_that_it_begins_before_it_begins",),
    ),
    Mutant(
        "The database waits for Twilio inside a transaction",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("receipt = «transport.send(ready)»", "transaction.atomic()(transport.send)(ready)"),),
        ("TestTransactions::test_none_is_open_while_the_network_is_used",),
    ),
    Mutant(
        "More texts a second leave than the sender's number may send",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("WHERE sender = 'sms' AND «count.texts > 0»", "false"),),
        ("TestTheSendersRate::test_holds_across_claimers",),
    ),
    Mutant(
        "Late news from the carrier makes a delivered text undelivered",
        Promise.A_MESSAGE_IS_A_ROW,
        (
            Edit(
                "rank = «max(map(delivery_rank, events), default=0)»",
                "([0, *map(delivery_rank, events)])[-1]",
            ),
        ),
        (
            "TestSettle::test_ends_alike_in_any_order_and_with_any_repeats",
            "TestAnyOrder::test_ends_alike_and_stays_when_all_of_it_is_repeated",
        ),
    ),
    Mutant(
        "A refusal that passes is given up at once",
        Promise.A_MESSAGE_IS_A_ROW,
        (Edit("if «decision.delay is not None»: again = now + timedelta", "False"),),
        ("TestRefusals::test_that_pass_are_tried_again_later",),
    ),
    Mutant(
        "What is committed while a worker looks waits for beat",
        Promise.REDIS_IS_DISPOSABLE,
        (Edit("«take_up(channel)» started = timezone.now()", ""),),
        ("test_asks_again_once_a_worker_looks",),
    ),
    Mutant(
        "A booking fails while Redis is away",
        Promise.REDIS_IS_DISPOSABLE,
        (Edit('log.warning("nudge failed", error=type(error).__name__) «return False»', "raise"),),
        ("test_bookings_go_on_and_their_messages_leave_when_redis_is_back",),
    ),
    Mutant(
        "Callers are turned away while Redis is away",
        Promise.REDIS_IS_DISPOSABLE,
        (
            Edit(
                'log.warning("throttle skipped", error=type(error).__name__) «return True»', "raise"
            ),
        ),
        ("TestWithoutRedis::test_everybody_is_let_in",),
    ),
    Mutant(
        "What falls due is sent only if Redis said so",
        Promise.REDIS_IS_DISPOSABLE,
        (Edit("if not ours or «not is_due(channel, now=timezone.now())»: break", "True"),),
        ("test_what_comes_due_as_a_place_is_given_up_is_seen_to",),
    ),
)
