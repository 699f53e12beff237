"""Whatever people are called, and whatever they type as their name, a message says what it should.

Texts and subjects hold nobody's name, so they are the same for everybody; a mail shows a name as
text, and nothing in it is carried out.
"""

import re
from functools import cache
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.core import gsm7
from scheduler.messaging.compose import Composed, put_into_words
from scheduler.messaging.templates.typed_words import as_text
from tests.messaging.rendering import (
    CLINIC,
    HOST,
    LANGUAGES,
    MAIL_KINDS,
    SECRETS,
    SMS_KINDS,
    STOPPED_KINDS,
    context,
    fill,
)
from tests.messaging.test_discretion import FORBIDDEN, plain

LONGEST = 60
SCRIPTS = [
    "María José Muñoz-O'Brien",
    "Владимир Ильич",
    "محمد عبد الله",
    "יעל בן־דוד",
    "王小明",
    "김철수",
    "श्रीमती नेहा",
    "Ẹniọlá Adébáyọ̀",
    "👩🏽‍⚕️ Nurse",
    "Łukasz ßß Ðorđe",
]
INJECTIONS = [
    "Ana\nBcc: everybody@example.org",
    "Ana\r\n\r\nContent-Type: text/html",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</mj-text></mj-column><mj-raw>x</mj-raw>",
    "[[manage_link]] [[code]]",
    "[[[information_link]]]",
    "{{ manage_link }}{% debug %}{clinic} %(clinic)s",
    "\u202eeman\u202c \u2066x\u2069",
    "a\x00b\x07c\x1bd\u2028e",
    "&lt;b&gt; & ]]>",
    "w" * LONGEST,
    "",
    " ",
]
# From any script, and what was made to do harm.
names = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=LONGEST),
    st.sampled_from(SCRIPTS + INJECTIONS),
    st.builds(
        lambda a, b: f"{a}{b}"[:LONGEST], st.sampled_from(SCRIPTS), st.sampled_from(INJECTIONS)
    ),
)
kinds = st.sampled_from(sorted(MAIL_KINDS))
languages = st.sampled_from(LANGUAGES)


def composed(kind: str, channel: str, language: str, name: str | None = None) -> Composed:
    """The words as they leave, for somebody of this name (of an ordinary one where it is None),
    who comes to a provider and for a type of visit called the same."""
    facts: dict[str, Any] = {}
    if name is not None:
        facts = {
            "greeting_name": name,
            "patient_name": name,
            "for_other": True,
            "visit": {"name": name, "provider": name, "instructions": name},
        }
    with override_settings(LINK_URL=f"https://{HOST}"):
        words = put_into_words(kind, channel, language, context(language, **facts), {})
    return Composed(words.subject, fill(words.text), fill(words.html))


@cache
def usual(kind: str, channel: str, language: str) -> Composed:
    return composed(kind, channel, language)


@cache
def usual_tags(kind: str, language: str) -> tuple[list[str], list[str]]:
    """Tags and addresses of the mail of an ordinary person."""
    return tags_of(composed(kind, "email", language, "Ana Ruiz"))


def tags_of(mail: Composed) -> tuple[list[str], list[str]]:
    page = BeautifulSoup(mail.html, "lxml")
    links = [str(a["href"]) for a in page.find_all("a")]
    return [tag.name for tag in page.find_all(True)], links


class TestATextForAnyName:
    @given(st.sampled_from(sorted(SMS_KINDS)), languages, names)
    @example("reminder", "en", "[[code]]")
    def test_is_the_same_as_for_everybody(self, kind: str, language: str, name: str) -> None:
        text = composed(kind, "sms", language, name).text
        assert text == usual(kind, "sms", language).text
        assert gsm7.is_gsm7(text)
        assert gsm7.segments(text) == 1
        assert CLINIC["sms_name"] in text
        assert kind in STOPPED_KINDS or "STOP" in text
        assert not FORBIDDEN.search(plain(text))


class TestASubjectForAnyName:
    @given(kinds, languages, names)
    def test_is_the_same_as_for_everybody(self, kind: str, language: str, name: str) -> None:
        subject = composed(kind, "email", language, name).subject
        assert subject == usual(kind, "email", language).subject
        assert subject.isprintable()
        assert not FORBIDDEN.search(plain(subject))


class TestAMailForAnyName:
    @given(kinds, languages, names)
    @example("confirmation", "en", "[[manage_link]]")
    @example("moved", "es", "</mj-text><mj-raw>x</mj-raw>")
    def test_has_the_tags_and_links_of_any_other(self, kind: str, language: str, name: str) -> None:
        mail = composed(kind, "email", language, name)
        tags, links = tags_of(mail)
        usual_ones, usual_links = usual_tags(kind, language)
        assert links == usual_links
        # An empty line of instructions is a paragraph less.
        assert set(tags) <= {*usual_ones, "br", "p", "strong"}
        for secret in SECRETS.values():
            assert mail.text.count(secret) == usual(kind, "email", language).text.count(secret)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", SCRIPTS)
    def test_shows_the_name_as_it_is_written(self, name: str, language: str) -> None:
        mail = composed("confirmation", "email", language, name)
        assert f" {name}," in mail.text
        assert name in BeautifulSoup(mail.html, "lxml").get_text(" ")

    @given(names)
    def test_greets_on_one_line(self, name: str) -> None:
        mail = composed("confirmation", "email", "en", name)
        first = mail.text.split("\n")[0]
        assert first.startswith("Hello")
        assert first.endswith(",")
        assert re.search(r"[\u202a-\u202e\u2066-\u2069]", mail.text) is None


class TestTypedWords:
    @given(st.text(max_size=LONGEST))
    def test_hold_no_placeholder_and_change_no_more(self, typed: str) -> None:
        text = as_text(typed)
        assert "[[" not in text
        assert as_text(text) == text

    @pytest.mark.parametrize("name", SCRIPTS)
    def test_of_any_script_stay_as_they_are(self, name: str) -> None:
        assert as_text(name) == name
