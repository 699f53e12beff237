"""Every text: short, plain, discreet, and honest about who writes and how to stop."""

import re
from itertools import product
from typing import Any

import pytest

from scheduler.core import gsm7
from tests.messaging.rendering import (
    CLINIC,
    HOST,
    LANGUAGES,
    SECRETS,
    SMS_KINDS,
    STOPPED_KINDS,
    fill,
    render,
    sms,
)

SITUATIONS: list[dict[str, Any]] = [
    {"confirmed": confirmed, "for_other": for_other, "visit": {"is_phone": is_phone}}
    for confirmed, for_other, is_phone in product((False, True), repeat=3)
] + [{"offer": {"time": ""}}, {"clinic": CLINIC | {"read_hours": ""}}]
every_text = pytest.mark.parametrize(("kind", "language"), list(product(SMS_KINDS, LANGUAGES)))
each_language = pytest.mark.parametrize("language", LANGUAGES)


def in_every_situation(kind: str, language: str) -> list[str]:
    return [sms(kind, language, **situation) for situation in SITUATIONS]


@every_text
class TestEveryText:
    def test_fits_one_segment_at_its_longest(self, kind: str, language: str) -> None:
        for text in in_every_situation(kind, language):
            assert gsm7.is_gsm7(text)
            assert gsm7.segments(text) == 1, f"{gsm7.length(text)} characters: {text}"

    def test_names_the_clinic_and_how_to_stop(self, kind: str, language: str) -> None:
        how = "START" if kind in STOPPED_KINDS else r"\bSTOP( to end| para parar|: parar)\b"
        for text in in_every_situation(kind, language):
            assert CLINIC["sms_name"] in text
            assert re.search(how, text)

    def test_leaves_out_the_provider_the_people_and_the_full_name(
        self, kind: str, language: str
    ) -> None:
        for text in in_every_situation(kind, language):
            for name in ("O'Brien", "Luz", "Ana", CLINIC["name"], "painmgmtgroup"):
                assert name not in text

    def test_asks_for_digits_only(self, kind: str, language: str) -> None:
        for text in in_every_situation(kind, language):
            assert set(re.findall(r"(?:[Rr]eply|[Rr]esponda) (\w+)", text)) <= {"1", "2"}
            assert not re.search(r"\b(YES|CANCEL|CANCELAR|SI|SÍ)\b", text)

    def test_has_no_name_that_nobody_fills(self, kind: str, language: str) -> None:
        for text in in_every_situation(kind, language):
            assert not re.search(r"MISSING|\[\[|\]\]|[{}]|%", text)


@every_text
def test_the_words_themselves_need_no_folding(kind: str, language: str) -> None:
    for situation in [*SITUATIONS, {"both_links": True}]:
        words = fill(render(kind, language, "sms.txt", **situation))
        assert gsm7.is_gsm7(words), [char for char in words if not gsm7.is_gsm7(char)]


@each_language
class TestTextsAboutAVisit:
    @pytest.mark.parametrize("kind", ["confirmation", "moved", "restored"])
    def test_carry_the_information_link_and_offer_a_change(self, kind: str, language: str) -> None:
        text = sms(kind, language)
        assert f": {SECRETS['information_link']}\n" in text
        assert SECRETS["manage_link"] not in text
        assert {"en": "Reply 2", "es": "Responda 2"}[language] in text

    @pytest.mark.parametrize("kind", ["confirmation", "moved", "restored"])
    def test_carry_both_links_where_there_is_room(self, kind: str, language: str) -> None:
        text = sms(kind, language, both_links=True)
        for link in ("information_link", "manage_link"):
            assert f": {SECRETS[link]}\n" in text

    @pytest.mark.parametrize("both_links", [False, True])
    @pytest.mark.parametrize("kind", ["confirmation", "moved", "restored"])
    def test_say_when_to_arrive(self, kind: str, language: str, both_links: bool) -> None:
        arrive = {"en": "arrive 12:10.", "es": "llegue 12:10."}[language]
        assert arrive in sms(kind, language, both_links=both_links)
        at_once = {"arrive_by": "", "arrive_short": ""}
        assert "12:10" not in sms(kind, language, both_links=both_links, visit=at_once)

    @pytest.mark.parametrize("kind", ["reminder", "cancelled", "reply_change"])
    def test_carry_the_manage_link_alone_on_its_end_of_a_line(
        self, kind: str, language: str
    ) -> None:
        assert f" {SECRETS['manage_link']}\n" in sms(kind, language)

    @pytest.mark.parametrize("kind", ["confirmation", "reminder", "moved", "cancelled", "restored"])
    def test_say_the_day_the_time_and_the_zone(self, kind: str, language: str) -> None:
        day = {"en": "Wed Nov 25", "es": "mié 30 sep"}[language]
        assert f"{day} 12:30 PM EST" in sms(kind, language)

    def test_ask_for_a_confirmation_only_where_there_is_none(self, language: str) -> None:
        ask = {"en": "Reply 1", "es": "Responda 1"}[language]
        assert ask in sms("reminder", language, confirmed=False)
        assert ask not in sms("reminder", language, confirmed=True)

    @pytest.mark.parametrize("kind", ["confirmation", "reminder"])
    def test_say_when_the_visit_is_by_phone(self, kind: str, language: str) -> None:
        words = {
            "confirmation": {"en": "we call 419-555-0123", "es": "llamamos al 419-555-0123"},
            "reminder": {"en": "phone visit", "es": "le llamamos"},
        }[kind][language]
        assert words in sms(kind, language, visit={"is_phone": True})
        assert words not in sms(kind, language)


@each_language
class TestDelay:
    def test_says_how_long_and_both_times(self, language: str) -> None:
        text = sms("late", language)
        for fact in ("60 min", "12:30 PM EST", "12:45 PM"):
            assert fact in text

    def test_of_a_call_says_that_we_call(self, language: str) -> None:
        words = {"en": "we call", "es": "Le llamamos"}[language]
        assert words in sms("late", language, visit={"is_phone": True})
        assert words not in sms("late", language)


@each_language
class TestTheNewsOfAClosing:
    def test_says_the_closed_day_and_the_new_time(self, language: str) -> None:
        text = sms("closed", language)
        days = {"en": ("Wed Nov 25", "Wed Dec 16"), "es": ("mié 30 sep", "mié 16 dic")}[language]
        assert all(day in text for day in days)
        assert "11:45 AM EST" in text
        assert f" {SECRETS['manage_link']}\n" in text

    def test_offers_no_time_where_none_is_kept(self, language: str) -> None:
        text = sms("closed", language, offer={"time": ""})
        assert "AM" not in text
        assert f" {SECRETS['manage_link']}\n" in text


@each_language
class TestCode:
    def test_begins_with_the_code_and_says_how_long_it_lives(self, language: str) -> None:
        text = sms("code", language)
        assert text.startswith("123456 ")
        assert {"en": "15 minutes", "es": "15 minutos"}[language] in text

    def test_ends_with_the_line_that_phones_fill_in_from(self, language: str) -> None:
        assert sms("code", language).endswith(f"\n@{HOST} #123456")

    def test_asks_for_no_reply(self, language: str) -> None:
        assert not re.search("reply|respond", sms("code", language), re.IGNORECASE)


@each_language
class TestAnswers:
    @pytest.mark.parametrize("kind", ["reply_confirmed", "reply_ambiguous", "reply_unknown"])
    def test_disclose_nothing_about_a_visit(self, kind: str, language: str) -> None:
        stored = render(kind, language, "sms.txt", clinic=CLINIC | {"read_hours": "Mon 9-4"})
        assert "[[" not in stored
        assert not re.search(r"12:30|30|25|Nov|sept", stored)

    @pytest.mark.parametrize("kind", ["reply_unknown", "contact_received"])
    def test_say_what_to_do_in_an_emergency(self, kind: str, language: str) -> None:
        assert "911" in sms(kind, language)

    @pytest.mark.parametrize(
        "kind",
        ["reply_confirmed", "reply_change", "reply_ambiguous", "reply_help", "reply_unknown"],
    )
    def test_give_the_number_of_a_person(self, kind: str, language: str) -> None:
        assert CLINIC["phone"] in sms(kind, language)
