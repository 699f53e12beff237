"""No message names what a patient may have, and every file that is needed is there."""

import re
import unicodedata
from itertools import product

import pytest
from bs4 import BeautifulSoup

from tests.messaging.rendering import (
    CLINIC,
    LANGUAGES,
    MAIL_KINDS,
    MESSAGES,
    SMS_KINDS,
    fill,
    render,
)

# Whole words, or their beginnings, without accents.
FORBIDDEN = re.compile(
    r"\b(pain|dolor|dolen|doler|back|espald|spin[ea]|columna|vertebr|lumbar|disc\b|disco|nerv"
    r"|laminect|syndrom|sindrom|surg|cirug|operaci|operation|inject|inyec|epidural|steroid|esteroid"
    r"|block|bloqueo|procedur|procedim|condition|condicion|diagnos|treatment|tratamiento|chronic"
    r"|cronic|opioid|therap|terapi|implant|stimulat|estimulac|sciatic|ciatic|arthrit|artrit)",
    re.IGNORECASE,
)
SUBJECTS_AND_TEXTS = [
    *((kind, "sms.txt") for kind in SMS_KINDS),
    *((kind, "subject.txt") for kind in MAIL_KINDS),
]
BODIES = list(product(MAIL_KINDS, ("mail.txt", "mail.mjml")))


def plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@pytest.mark.parametrize("language", LANGUAGES)
class TestDiscretion:
    def test_texts_and_subjects_name_no_condition(self, language: str) -> None:
        for kind, part in SUBJECTS_AND_TEXTS:
            words = plain(fill(render(kind, language, part)))
            assert not FORBIDDEN.search(words), (kind, part)
            assert not re.search("pain|dolor", words, re.IGNORECASE), (kind, part)

    def test_bodies_name_no_condition_but_in_the_clinics_own_name(self, language: str) -> None:
        for kind, part in BODIES:
            read = re.sub(
                "<mj-style>.*</mj-style>", "", render(kind, language, part), flags=re.DOTALL
            )
            words = BeautifulSoup(fill(read), "lxml").get_text(" ")
            for own in (CLINIC["name"], CLINIC["email"]):
                words = words.replace(own, "")
            assert not FORBIDDEN.search(plain(words)), (kind, part)

    def test_the_search_would_find_what_it_looks_for(self, language: str) -> None:
        said = {"en": "your Back injection", "es": "su cirugía de la columna"}[language]
        assert FORBIDDEN.search(plain(said))


class TestFiles:
    def test_a_kind_with_mail_has_all_its_parts(self) -> None:
        for kind in MAIL_KINDS:
            found = set(re.findall(r"{% block (\w+) %}", (MESSAGES / f"{kind}.txt").read_text()))
            assert found >= {"sms", "subject", "title", "lead"}, kind

    def test_there_is_no_kind_that_is_not_tested(self) -> None:
        assert {path.stem for path in MESSAGES.glob("*.*")} == {*SMS_KINDS}
