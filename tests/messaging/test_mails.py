"""Every mail: complete, the same as text and as HTML, readable on a phone, loading nothing."""

import html as html_module
import re
from functools import cache
from itertools import product
from typing import Any

import mrml
import pytest
from bs4 import BeautifulSoup

from scheduler.messaging.delivery.plain_text import wrapped
from scheduler.messaging.mail_html import mail_html
from tests.messaging.rendering import (
    CLINIC,
    LANGUAGES,
    MAIL_KINDS,
    SECRETS,
    VISIT_KINDS,
    WORDS,
    fill,
    render,
)

every_mail = pytest.mark.parametrize(("kind", "language"), list(product(MAIL_KINDS, LANGUAGES)))
every_visit = pytest.mark.parametrize(("kind", "language"), list(product(VISIT_KINDS, LANGUAGES)))
READ = {"en": "Read before your visit", "es": "Lea antes de su cita"}


def text(kind: str, language: str, **changes: Any) -> str:
    return fill(render(kind, language, "mail.txt", **changes))


def html(kind: str, language: str, **changes: Any) -> str:
    return mail_html(fill(render(kind, language, "mail.mjml", **changes)))


def page(kind: str, language: str, **changes: Any) -> BeautifulSoup:
    if changes:
        return BeautifulSoup(html(kind, language, **changes), "lxml")
    return _usual_page(kind, language)


@cache
def _usual_page(kind: str, language: str) -> BeautifulSoup:
    """Read by many tests, so it is parsed once."""
    return BeautifulSoup(html(kind, language), "lxml")


class TestTheHtml:
    @every_mail
    def test_is_mrmls_in_lines_that_no_server_objects_to(self, kind: str, language: str) -> None:
        mjml = fill(render(kind, language, "mail.mjml"))
        ours, theirs = mail_html(mjml), mrml.to_html(mjml).content
        assert ours.replace("\n", "") == theirs.replace("\n", "")
        assert max(map(len, ours.split("\n"))) < 900
        # Beside words it would show, as a gap.
        beside_words = re.compile(r"\n</?(?:a|b|br|span|strong)\b")
        assert beside_words.findall(ours) == beside_words.findall(theirs)


@every_mail
class TestSubject:
    def test_is_one_short_line_with_the_clinics_short_name(self, kind: str, language: str) -> None:
        subject = render(kind, language, "subject.txt").strip("\n")
        assert subject.startswith(f"{CLINIC['sms_name']}: ")
        assert "\n" not in subject
        assert len(subject) <= 100
        assert not re.search(r"MISSING|\[\[|[{}]|%", subject)

    def test_says_the_day_of_a_visit(self, kind: str, language: str) -> None:
        subject = render(kind, language, "subject.txt")
        about_a_visit = kind not in {"code", "contact_received", "contact_unreached"}
        assert (WORDS[language]["date"] in subject) == about_a_visit

    def test_never_holds_the_code(self, kind: str, language: str) -> None:
        assert "code]]" not in render(kind, language, "subject.txt")


@every_mail
class TestBodies:
    def test_the_mjml_compiles_without_a_warning(self, kind: str, language: str) -> None:
        compiled = mrml.to_html(fill(render(kind, language, "mail.mjml")))
        assert compiled.warnings == []
        assert compiled.title
        assert compiled.preview

    def test_have_no_name_that_nobody_fills(self, kind: str, language: str) -> None:
        for for_other, confirmed in product((False, True), repeat=2):
            situation = {"for_other": for_other, "confirmed": confirmed}
            words = page(kind, language, **situation).get_text()
            words += text(kind, language, **situation)
            assert not re.search(r"MISSING|\[\[|\]\]|{{|{%|mj-", words)

    def test_carry_the_clinics_block(self, kind: str, language: str) -> None:
        shown = page(kind, language).get_text(" ")
        for name in ("name", "address", "phone", "email"):
            assert CLINIC[name] in text(kind, language)
            assert CLINIC[name] in shown

    def test_keep_what_people_typed_as_text(self, kind: str, language: str) -> None:
        assert "Ana O'Neil & <b>Sons</b>" in text(kind, language)
        assert "Ana O'Neil & <b>Sons</b>" in page(kind, language).get_text()
        assert not page(kind, language).find("b")

    def test_load_nothing_and_run_nothing(self, kind: str, language: str) -> None:
        found = page(kind, language)
        assert found.find_all(["img", "link", "script", "iframe", "form"]) == []
        assert not re.search(r"url\(|@import", str(found))
        for link in found.find_all("a"):
            assert link["href"] in {*SECRETS.values(), f"mailto:{CLINIC['email']}"}

    def test_are_readable_in_the_dark(self, kind: str, language: str) -> None:
        """Both ways of saying that light and dark are drawn, and a dark rule for all that has a
        color of its own for the light."""
        found = page(kind, language)
        for name in ("color-scheme", "supported-color-schemes"):
            [scheme] = found.find_all("meta", {"name": name})
            assert scheme["content"] == "light dark"
        dark = str(found).partition("prefers-color-scheme: dark")[2]
        for part in (".page", ".card", ".text div", ".text table", ".text a"):
            assert part in dark
        light = {"background:#0f6460", "background-color:#0f6460", "color:#ffffff"}
        for cell in found.select("td[align] > div, td[align] > table"):
            parent = cell.parent
            assert parent is not None
            plain = str(cell.get("style", "")).replace(" ", "")
            drawn = light & set(plain.split(";")) or "background:#0b5351" in str(cell)
            assert drawn or {"text", "code"} & set(parent.get("class") or [])

    def test_show_the_clinics_mark_as_words(self, kind: str, language: str) -> None:
        """No picture is fetched or attached for it: it stands where pictures are off."""
        mark = page(kind, language).find("span", {"aria-hidden": "true"})
        assert mark is not None
        assert mark.parent is not None
        assert CLINIC["name"] in mark.parent.get_text()

    def test_show_the_day_before_they_are_opened(self, kind: str, language: str) -> None:
        body = page(kind, language).find("body")
        assert body is not None
        first = next(body.stripped_strings)
        of_a_day = kind in VISIT_KINDS and kind != "late"
        assert (WORDS[language]["date"] in first) >= of_a_day
        assert SECRETS["code"] not in first

    def test_are_short_lines_and_whole_links_as_text(self, kind: str, language: str) -> None:
        lines = wrapped(text(kind, language)).split("\n")
        assert max(len(line) for line in lines if "://" not in line) <= 72
        links = [line for line in lines if "://" in line]
        assert set(links) <= set(SECRETS.values())

    def test_say_their_language(self, kind: str, language: str) -> None:
        root = page(kind, language).find("html")
        assert root is not None
        assert root["lang"] == language

    def test_greet_nobody_by_an_empty_name(self, kind: str, language: str) -> None:
        first = text(kind, language, greeting_name="").splitlines()[0]
        assert first == {"en": "Hello,", "es": "Hola:"}[language]

    def test_leave_no_holes_in_the_text(self, kind: str, language: str) -> None:
        bare = text(kind, language, visit={"arrive_by": "", "instructions": ""})
        assert "\n\n\n" not in text(kind, language)
        assert "\n\n\n" not in bare
        assert html_module.unescape(bare) == bare


@every_visit
class TestMailsAboutAVisit:
    def test_carry_both_links_under_their_names(self, kind: str, language: str) -> None:
        links = {link["href"]: link.get_text() for link in page(kind, language).find_all("a")}
        assert links[SECRETS["information_link"]] == READ[language]
        assert links[SECRETS["manage_link"]]
        assert f"{READ[language]}:\n{SECRETS['information_link']}\n" in text(kind, language)
        assert f":\n{SECRETS['manage_link']}\n" in text(kind, language)

    def test_say_what_when_where_and_with_whom(self, kind: str, language: str) -> None:
        shown = page(kind, language).get_text(" ")
        words = WORDS[language]
        when = f"12:30 PM EST ({words['zone_name']})"
        for fact in (
            words["name"],
            words["date"],
            when,
            "12:10 PM",
            "Dr. Dana O'Brien-Muñoz",
            CLINIC["address"],
            "7K3M9QWX",
            "Bring a list of your medicines.",
            "Bring your insurance card & a photo ID.",
        ):
            assert fact in shown
            assert fact in text(kind, language)

    def test_name_the_patient_where_somebody_else_reads(self, kind: str, language: str) -> None:
        assert "Luz Ñandú" in text(kind, language, for_other=True)
        assert "Luz Ñandú" in page(kind, language, for_other=True).get_text()
        assert "Luz Ñandú" not in text(kind, language)

    def test_say_that_we_call_where_the_visit_is_by_phone(self, kind: str, language: str) -> None:
        words = {"en": "we call you", "es": "le llamamos"}[language]
        on_the_phone = {"is_phone": True}
        assert words in text(kind, language, visit=on_the_phone)
        assert words in page(kind, language, visit=on_the_phone).get_text()
        assert words not in text(kind, language)
        assert "12:10 PM" not in text(kind, language, visit=on_the_phone)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEachKind:
    def test_a_move_names_the_old_time(self, language: str) -> None:
        assert "11:45 AM" in text("moved", language)
        assert "11:45 AM" in page("moved", language).get_text()

    def test_a_cancellation_can_be_undone_from_it(self, language: str) -> None:
        assert SECRETS["manage_link"] in text("cancelled", language)
        assert SECRETS["manage_link"] in html("cancelled", language)
        assert {"en": "ten minutes", "es": "diez minutos"}[language] in text("cancelled", language)

    def test_the_news_of_a_closing_carries_the_new_time(self, language: str) -> None:
        words = WORDS[language]
        for shown in (text("closed", language), page("closed", language).get_text()):
            assert words["date"] in shown
            assert f"{words['new_date']}, 11:45 AM EST" in shown
            assert words["expect_by"] in shown
        assert SECRETS["manage_link"] in html("closed", language)

    def test_the_news_of_a_closing_may_have_no_new_time(self, language: str) -> None:
        without = {"offer": {"time": ""}}
        for shown in (text("closed", language, **without), html("closed", language, **without)):
            assert "11:45" not in shown
            assert SECRETS["manage_link"] in shown
            assert "MISSING" not in shown

    def test_the_code_stands_alone_on_its_line(self, language: str) -> None:
        assert "\n123456\n" in text("code", language)
        assert page("code", language).find(string="123456")

    def test_a_reminder_says_how_to_get_no_more_of_them(self, language: str) -> None:
        words = {"en": "Stop reminder emails", "es": "No enviar más recordatorios"}[language]
        link = page("reminder", language).find("a", href=SECRETS["unsubscribe_link"])
        assert link is not None
        assert words in link.get_text()
        assert f"{words} " in text("reminder", language)
        assert f":\n{SECRETS['unsubscribe_link']}\n" in text("reminder", language) + "\n"
        assert SECRETS["unsubscribe_link"] not in text("confirmation", language)

    def test_a_confirmed_patient_is_not_asked_again(self, language: str) -> None:
        ask = {"en": "confirm", "es": "confirm"}[language]
        assert ask in text("reminder", language, confirmed=False).lower()
        assert ask not in text("reminder", language, confirmed=True).lower()

    def test_a_request_is_told_when_to_expect_us(self, language: str) -> None:
        assert WORDS[language]["expect_by"] in text("contact_received", language)
        assert WORDS[language]["expect_by"] in page("contact_received", language).get_text()

    def test_a_delay_says_how_long_and_the_time_to_expect(self, language: str) -> None:
        for words in (text("late", language), page("late", language).get_text(" ")):
            assert "60" in words
            assert "12:45 PM" in words
