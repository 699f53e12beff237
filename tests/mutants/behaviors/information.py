"""Every confirmation links to what to read before the visit."""

from tests.mutants.mutant import Edit, Mutant, Promise

_TEXT = (
    "we call {{ visit.call_short }} {% elif both_links %}{% else %}visit {% endif %}"
    "{{ visit.date_short }} {{ visit.time }} {{ visit.zone }}"
    "{% if visit.arrive_short and not visit.is_phone %}, arrive {{ visit.arrive_short }}"
    "{% endif %}. {% if both_links %}"
)

INFORMATION = (
    Mutant(
        "The confirmation by text has no information link",
        Promise.INFORMATION_LINK,
        (
            Edit(f"{_TEXT} «Read: {{{{ information_link }}}}»", ""),
            Edit(
                f"{_TEXT} Change: {{{{ manage_link }}}} STOP to end{{% else %}}"
                "«Read first: {{ information_link }}»",
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
                "We look forward to seeing you.{% endif %} "
                '{% include "messages/parts/en/visit.txt" %} '
                "«Read before your visit: {{ information_link }}»",
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
        (Edit('f"«{read_before}{information_link}\\n»{change}{manage_link}', ""),),
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
