"""Whoever meets a refusal reads why: patients in both languages, staff, and callers of the API."""

import re

import pytest
from django.utils import translation

from scheduler.booking.refusals import WrongCode
from scheduler.core.refusal import Audience, Refusal
from scheduler.refusals.catalog import (
    api_words,
    patient_words,
    patient_words_of_code,
    staff_words,
)
from scheduler.refusals.for_api import API_WORDS
from scheduler.refusals.for_patients import PATIENT_WORDS
from scheduler.refusals.for_staff import STAFF_WORDS
from tests.refusals.found import examples, kinds

KINDS = kinds()
REFUSALS = [one for kind in KINDS for one in examples(kind)]
KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")
SENTENCE = re.compile(r"[A-ZÁÉ¡¿].*[.?]", re.DOTALL)


def met_by(audience: Audience) -> list[Refusal]:
    return [one for one in REFUSALS if audience in one.met_by]


def named(refusal: Refusal) -> str:
    return f"{refusal.code} {refusal.reason}".strip()


class TestEachKind:
    @pytest.mark.parametrize("kind", KINDS)
    def test_says_what_a_client_can_tell_apart(self, kind: type[Refusal]) -> None:
        assert KEBAB.fullmatch(kind.code)
        assert 400 <= kind.status < 500
        assert kind.met_by
        assert kind.__doc__

    @pytest.mark.parametrize("kind", KINDS)
    def test_has_the_reasons_that_it_names(self, kind: type[Refusal]) -> None:
        assert {one.reason for one in examples(kind)} == (set(kind.reasons) or {""})

    def test_shares_its_code_with_one_alone_that_answers_alike(self) -> None:
        answers: dict[str, set[tuple[object, ...]]] = {}
        for kind in KINDS:
            answers.setdefault(kind.code, set()).add((kind.status, kind.field, kind.met_by))
        assert {code for code, found in answers.items() if len(found) > 1} == set()


class TestAPatient:
    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize("refusal", met_by(Audience.PATIENT), ids=named)
    def test_reads_why(self, refusal: Refusal, language: str) -> None:
        with translation.override(language):
            assert SENTENCE.fullmatch(patient_words(refusal))

    @pytest.mark.parametrize("refusal", met_by(Audience.PATIENT), ids=named)
    def test_reads_it_in_their_own_language(self, refusal: Refusal) -> None:
        with translation.override("en"):
            english = patient_words(refusal)
        with translation.override("es"):
            assert patient_words(refusal) != english

    def test_has_no_words_for_what_they_never_meet(self) -> None:
        assert PATIENT_WORDS.keys() == {one.code for one in met_by(Audience.PATIENT)}

    @pytest.mark.parametrize("code", ["slot-taken", "visit-over"])
    def test_reads_it_where_the_code_alone_is_left(self, code: str) -> None:
        words = patient_words_of_code(code)
        assert words
        assert SENTENCE.fullmatch(words)

    @pytest.mark.parametrize("code", ["", "no-such-code", "wrong-code", "not-its-day"])
    def test_reads_nothing_where_that_is_not_enough(self, code: str) -> None:
        assert patient_words_of_code(code) is None

    def test_reads_how_many_tries_are_left(self) -> None:
        with translation.override("es"):
            assert "1 vez más" in patient_words(WrongCode(1))
            assert "2 veces más" in patient_words(WrongCode(2))


class TestStaff:
    @pytest.mark.parametrize("refusal", met_by(Audience.STAFF), ids=named)
    def test_read_why(self, refusal: Refusal) -> None:
        assert SENTENCE.fullmatch(staff_words(refusal))

    def test_have_no_words_for_what_they_never_meet(self) -> None:
        assert STAFF_WORDS.keys() == {one.code for one in met_by(Audience.STAFF)}


class TestACallerOfTheApi:
    @pytest.mark.parametrize("refusal", met_by(Audience.API), ids=named)
    def test_reads_why(self, refusal: Refusal) -> None:
        words = api_words(refusal)
        assert words.title
        assert "%" not in words.title + words.detail
        assert not refusal.field or SENTENCE.fullmatch(str(words.message))

    def test_has_no_words_for_what_it_never_meets(self) -> None:
        assert API_WORDS.keys() == {one.code for one in met_by(Audience.API)}
