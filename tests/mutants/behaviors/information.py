"""Every confirmation links to what to read before the visit."""

from tests.mutants.mutant import Edit, Mutant, Promise

INFORMATION = (
    Mutant(
        "The confirmation by text has no information link",
        Promise.INFORMATION_LINK,
        (
            Edit(
                "«Read: {{ information_link }}» Change: {{ manage_link }} STOP to end",
                "",
            ),
            Edit(
                "{% blocktranslate %}«Read first: {{ information_link }}» Reply 2 to change",
                "",
            ),
        ),
        ("TestTextsAboutAVisit::test_carry_the_information_link_and_offer_a_change",),
    ),
    Mutant(
        "The confirmation by mail has no information link",
        Promise.INFORMATION_LINK,
        (
            Edit(
                '{% block read %}«{% include "messages/parts/read.txt" %}»',
                "",
            ),
        ),
        ("TestMailsAboutAVisit::test_carry_both_links_under_their_names",),
    ),
    Mutant(
        "The page of a visit has no information link",
        Promise.INFORMATION_LINK,
        (
            Edit(
                "information_path="
                '«reverse("information", args=[tokens["i"]]) if "i" in tokens else ""»',
                '""',
            ),
        ),
        (
            "TestTheAppointmentPage::test_links_to_what_to_read_without_naming_it",
            "TestDone::test_links_to_all_that_can_be_done",
        ),
    ),
    Mutant(
        "The calendar file has no information link",
        Promise.INFORMATION_LINK,
        (
            Edit(
                '''f"{arrive_by}«{gettext('Read before your visit')}: {information_link}\\n»"''', ""
            ),
        ),
        ("TestCalendar::test_carries_the_clinics_zone_and_both_links",),
    ),
    Mutant(
        "The API's answer to a booking has no information link",
        Promise.INFORMATION_LINK,
        (Edit('"information_url": «information_url(tokens["i"])»', '""'),),
        ("TestATime::test_is_held_first", "TestTheCode::test_books"),
    ),
    Mutant(
        "The information link leads nowhere",
        Promise.INFORMATION_LINK,
        (Edit("if «condition is None or not condition.published»: return", "True"),),
        ("TestTheInformationLink::test_shows_the_condition_page_itself",),
    ),
)
