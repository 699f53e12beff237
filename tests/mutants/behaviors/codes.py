"""A code proves a number to us and tells nobody whose it is; Twilio proves itself too."""

from tests.mutants.mutant import Edit, Mutant, Promise

CODES = (
    Mutant(
        "A code works after five wrong tries",
        Promise.PRIVATE,
        (Edit("AND status = 'held' «AND code_tries < %(tries)s»", ""),),
        ("TestAWrongCode::test_five_times_kills_the_code",),
    ),
    Mutant(
        "A wrong code books",
        Promise.PRIVATE,
        (
            Edit(
                "if «not is_code(settings.LINK_KEYS, appointment.reference, number, code)»:",
                "False",
            ),
        ),
        (
            "TestAWrongCode::test_says_how_many_tries_are_left",
            "TestAWrongCode::test_may_be_anything",
        ),
    ),
    Mutant(
        "A code is valid after its fifteen minutes",
        Promise.PRIVATE,
        (
            Edit("appointment.code_sent_at «+ CODE_LIVES > now»", "<= now"),
            Edit(
                "if «appointment.hold_expires_at is None or appointment.hold_expires_at <= now»: "
                "raise HoldExpired",
                "False",
            ),
        ),
        ("TestTooLate::test_after_fifteen_minutes_without_a_new_code",),
    ),
    Mutant(
        "The code of another hold books this one",
        Promise.PRIVATE,
        (Edit('keyed_digest(key, "code", «reference», number)', '""'),),
        ("TestTheRightCode::test_of_another_hold_is_wrong",),
    ),
    Mutant(
        "The code before the last one still works",
        Promise.PRIVATE,
        (Edit('keyed_digest(key, "code", reference, «number»)', "0"),),
        ("TestAWrongCode::test_the_code_before_the_last_is_one",),
    ),
    Mutant(
        "A number is sent codes without end",
        Promise.PRIVATE,
        (Edit("PER_CONTACT = «((HOUR, 3), (DAY, 5))»", "()"),),
        ("TestPerContact::test_three_an_hour", "TestPerContact::test_five_a_day"),
    ),
    Mutant(
        "One network asks for codes to as many numbers as it likes",
        Promise.PRIVATE,
        (Edit("PER_NETWORK = «((HOUR, 10),)»", "()"),),
        ("TestPerNetwork::test_ten_an_hour",),
    ),
    Mutant(
        "The answer to a booking tells that a number belongs to a patient who opted out",
        Promise.PRIVATE,
        (
            Edit(
                "given = [$address for address in person.addresses if is_on($address[0])«»]",
                " and not __import__('scheduler.models', fromlist=['OptOut'])"
                ".OptOut.objects.filter(address=$address[1]).exists()",
            ),
        ),
        (
            "TestWhereACodeGoes::test_tells_nobody_that_a_number_opted_out",
            "TestWhoIsKnown::test_gets_the_answers_of_a_stranger_about_a_number_in_trouble",
        ),
    ),
    Mutant(
        "Who types the name of a patient is taken for them, unproven",
        Promise.PRIVATE,
        (Edit("proven = dict(«verified»)", "person.addresses"),),
        ("TestSomebodyNew::test_a_typed_address_that_nobody_proved_matches_nobody",),
    ),
    Mutant(
        "A webhook is accepted without Twilio's signature",
        Promise.PRIVATE,
        (
            Edit("return «bool(validator.validate(url, request.POST.dict(), signature))»", "True"),
            Edit(
                "if «not (settings.TWILIO_AUTH_TOKEN and signature and "
                "request.content_type == FORM)»:",
                "False",
            ),
        ),
        ("TestUnsigned::test_without_a_signature", "TestUnsigned::test_with_a_forged_one"),
    ),
    Mutant(
        "A webhook believes the address in forwarded headers",
        Promise.PRIVATE,
        (
            Edit(
                "url = «settings.PUBLIC_URL + request.get_full_path()» validator",
                "f\"https://{request.headers.get('X-Forwarded-Host', request.get_host())}\""
                "+ request.get_full_path()",
            ),
        ),
        ("TestUnsigned::test_with_forwarded_headers_that_fit_a_forged_address",),
    ),
)
