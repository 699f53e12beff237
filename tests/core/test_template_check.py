"""Staff's own words are refused where they tell, run long, hide who writes, or leave no way out."""

import pytest

from scheduler.core.template_check import check, check_reply, given_away, private_words
from scheduler.core.template_words import KINDS, allowed, fill, paragraphs, required

VALUES = {
    "clinic": "PMG Findlay",
    "clinic_name": "Pain Management Group, Findlay",
    "email": "contact@painmgmtgroup.com",
    "phone": "(419) 721-6358",
    "visit": "visit",
    "day": "Wed Nov 25",
    "time": "12:30 PM",
    "zone": "EST",
    "confirm": "Reply 1 to confirm.",
    "manage_link": "https://clinic.example/a/" + "m" * 16,
    "information_link": "https://clinic.example/i/" + "n" * 8,
}
GOOD = "{clinic}: {visit} {day} {time}. {confirm} Change: {manage_link} STOP to end."


def problems(words: str, part: str = "sms", kind: str = "reminder", **changes: str) -> list[str]:
    found = check(words, kind=kind, part=part, examples=[VALUES | changes])
    return [problem.code for problem in found]


class TestAText:
    def test_that_says_what_it_must_is_good(self) -> None:
        assert problems(GOOD) == []

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("  ", "empty"),
            (GOOD.replace("{clinic}: ", ""), "clinic"),
            (GOOD.replace("{manage_link}", ""), "missing"),
            (GOOD.replace(" STOP to end.", ""), "stop"),
            (GOOD.replace("{day}", "{dya}"), "unknown"),
            (GOOD.replace("{day}", "{day"), "braces"),
            (GOOD + " About your back pain.", "private"),
            (GOOD + " Sobre su CIRUGÍA.", "private"),
            (GOOD + " Reply YES to confirm.", "reply-word"),
            (GOOD + " Reply CANCEL if you can't come.", "reply-word"),
            (GOOD + " Please be there a little before your time, thank you.", "length"),
        ],
    )
    def test_is_refused_for(self, words: str, code: str) -> None:
        assert problems(words) == [code]

    def test_is_as_long_as_its_longest_example(self) -> None:
        found = check(
            GOOD,
            kind="reminder",
            part="sms",
            examples=[VALUES, VALUES | {"visit": "v" * 60}],
        )
        assert [problem.code for problem in found] == ["length"]

    def test_counts_as_it_is_folded(self) -> None:
        assert problems(GOOD + " “Adiós” – así…") == []

    def test_may_not_say_the_clinics_full_name(self) -> None:
        assert problems(GOOD.replace("{clinic}", "{clinic} {clinic_name}")) == [
            "unknown",
            "private",
        ]

    @pytest.mark.parametrize("name", ["patient", "provider", "visit_name", "name"])
    def test_names_nobody_and_nothing_that_is_done(self, name: str) -> None:
        for kind in KINDS:
            assert name not in allowed(kind, "sms")
            assert name not in allowed(kind, "subject")

    def test_of_a_confirmation_holds_what_to_read(self) -> None:
        assert required("confirmation", "sms") == ("clinic", "information_link")
        assert problems(GOOD.replace("{confirm}", ""), kind="confirmation") == ["missing"]


class TestAMail:
    def test_has_a_subject_with_the_clinics_short_name(self) -> None:
        assert problems("{clinic}: see you on {day}", "subject") == []
        assert problems("See you on {day}", "subject") == ["clinic"]
        assert problems("{clinic}: your injection", "subject") == ["private"]
        assert problems("{clinic}: " + "see you " * 20, "subject") == ["length"]

    def test_never_has_the_code_in_its_subject(self) -> None:
        assert problems("{clinic}: {code}", "subject", "code") == ["unknown"]

    def test_may_say_the_clinics_full_name_and_address(self) -> None:
        assert problems("Your {clinic_name} wrote from {email}.", "body") == []

    def test_says_no_more_than_that(self) -> None:
        assert problems("Your pain is ours.", "body") == ["private"]

    def test_has_its_links_below_the_words(self) -> None:
        assert problems("See {manage_link}", "body") == ["unknown"]


class TestWhatGivesAway:
    @pytest.mark.parametrize(
        "text", ["We'll call you back.", "Come back at 3:00 PM.", "Bring your card"]
    )
    def test_is_not_in_everyday_words(self, text: str) -> None:
        assert given_away(text) == []

    @pytest.mark.parametrize("text", ["Dolor", "espalda", "spinal", "post-laminectomy", "opioids"])
    def test_is_found_in_both_languages(self, text: str) -> None:
        assert given_away(text)

    def test_includes_the_clinics_conditions(self) -> None:
        private = private_words(["Carpal tunnel syndrome", "failed wrist, Muñeca"])
        assert given_away("Your CARPAL visit", private) == ["carpal"]
        assert given_away("su muneca", private) == ["muneca"]
        assert given_away("Your last try failed", private) == []
        assert given_away("a failed wrist", private) == ["failed wrist", "wrist"]


class TestAReply:
    def test_is_checked_whole(self) -> None:
        assert check_reply("PMG Findlay: come at 3:00 PM.\nSTOP to end.") == []
        codes = [problem.code for problem in check_reply("PMG: your pain " + "x" * 160)]
        assert codes == ["private", "length"]


class TestFilling:
    def test_leaves_no_hole_where_there_is_no_value(self) -> None:
        assert fill("Hello {name}, see  you {time} {zone}", {"time": "9:00"}) == (
            "Hello, see you 9:00"
        )

    def test_does_not_fill_what_was_filled_in(self) -> None:
        assert fill("{name}", {"name": "{code}", "code": "123456"}) == "{code}"

    def test_knows_paragraphs(self) -> None:
        assert paragraphs("One\r\ntwo\r\n\r\n\r\nthree\n") == ["One\ntwo", "three"]
