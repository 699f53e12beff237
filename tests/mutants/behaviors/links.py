"""A link opens what it is for, as long as it lives, and opening it changes nothing."""

from tests.mutants.mutant import Edit, Mutant, Promise

LINKS = (
    Mutant(
        "A number given before opens a request that two changed at once",
        Promise.PRIVATE,
        (Edit("if «_weighed(request) != _weighed(before)»:", "False"),),
        ("TestARequestToBeCalled::test_that_two_change_at_once_opens_to_no_number_before",),
    ),
    Mutant(
        "A token of another purpose is accepted: what to read opens the visit",
        Promise.PRIVATE,
        (
            Edit(
                "«locator = _locator(purpose, token)» found = fetch_planned",
                'purpose = purpose if len(token) == 16 else "i"; '
                "locator = _locator(purpose, token)",
            ),
        ),
        (
            "TestTheLink::test_of_another_purpose_opens_nothing",
            "TestAToken::test_of_another_purpose_opens_nothing",
        ),
    ),
    Mutant(
        "A link opens with any signature",
        Promise.PRIVATE,
        (
            Edit(
                "if «not tokens.is_token(settings.LINK_KEYS, link.purpose, link.locator, "
                "link.version, token)»:",
                "False",
            ),
        ),
        (
            "TestAToken::test_that_was_made_up_opens_nothing",
            "TestTheLink::test_that_was_revoked_opens_nothing",
        ),
    ),
    Mutant(
        "A link that was revoked still opens",
        Promise.PRIVATE,
        (Edit('keyed_digest(key, "link", purpose, locator, «version»)', "1"),),
        (
            "TestTheLink::test_that_was_revoked_opens_nothing",
            "TestAToken::test_that_was_revoked_opens_nothing",
        ),
    ),
    Mutant(
        "A link that ran out still opens",
        Promise.PRIVATE,
        (Edit("if «link.expires_at <= now»: raise ExpiredLink(language)", "False"),),
        (
            "TestTheLink::test_that_ran_out_says_no_more_than_one_that_never_was",
            "TestAToken::test_that_ran_out_opens_nothing",
        ),
    ),
    Mutant(
        "Opening the address confirms the visit, as a mail scanner does",
        Promise.PRIVATE,
        (Edit('if «request.method != "POST"»: return go(back(token)) try: confirm(', "False"),),
        ("TestConfirming::test_does_not_happen_by_opening_the_address",),
    ),
    Mutant(
        "Opening the address cancels the visit",
        Promise.PRIVATE,
        (
            Edit(
                'if «request.method != "POST"»: visit = visit_page(appointment, token, now) '
                "if not visit.can_cancel",
                "False",
            ),
        ),
        ("TestCancelling::test_is_asked_about_before_it_is_done",),
    ),
    Mutant(
        "Opening the address withdraws a request to be called",
        Promise.PRIVATE,
        (Edit('if «request.method == "POST"»: with suppress(RequestClosed)', "True"),),
        ("TestWithdrawing::test_does_not_happen_by_opening_the_address",),
    ),
    Mutant(
        "The page behind a link tells other sites its address",
        Promise.PRIVATE,
        (Edit('response["Referrer-Policy"] = «"no-referrer"»', '"unsafe-url"'),),
        ("TestTheLink::test_keeps_itself_out_of_referrers_caches_and_search",),
    ),
    Mutant(
        "A stored message holds the link",
        Promise.PRIVATE,
        (
            Edit(
                "ready = outgoing(message, composed, clinic, found.links, now=now)«»",
                "\ncomposed = type(composed)(composed.subject, ready.text, composed.html)",
            ),
        ),
        ("TestSending::test_fills_links_in_as_it_leaves_and_stores_none",),
    ),
    Mutant(
        "Logs hold the addresses of links",
        Promise.PRIVATE,
        (Edit("route=«route_of(request)», status=response.status_code", "request.path"),),
        ("TestSecrets::test_no_token_was_written_down",),
    ),
    Mutant(
        "What to read is shown under an address that names the condition",
        Promise.PRIVATE,
        (
            Edit(
                'return «render(request, "visit/information.html", context)»',
                'HttpResponseRedirect(f"/conditions/{condition.slug}/")',
            ),
        ),
        ("TestTheInformationLink::test_shows_the_condition_page_itself",),
    ),
    Mutant(
        "A link that went out in Spanish opens in English",
        Promise.TRUE_WORDS,
        (Edit("language = «chosen_language(request) or language» with", '"en"'),),
        ("TestAPageBehindALink::test_opens_in_the_language_it_was_sent_in",),
    ),
)
