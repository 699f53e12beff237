"""The one way to a refusal's words, by who reads them. A code without any raises KeyError."""

from collections.abc import Mapping
from dataclasses import replace

from scheduler.core.refusal import Refusal
from scheduler.refusals.for_api import API_WORDS, ApiWords
from scheduler.refusals.for_patients import PATIENT_WORDS
from scheduler.refusals.for_staff import STAFF_WORDS
from scheduler.refusals.wording import worded


def patient_words(refusal: Refusal) -> str:
    """In the language of the page."""
    return worded(refusal, PATIENT_WORDS[refusal.code])


def patient_words_of_code(code: str) -> str | None:
    """The same where the code is all that is left of the refusal, such as in an address; None for
    one that is unknown, or says nothing without its reason."""
    wording = PATIENT_WORDS.get(code)
    return None if wording is None or isinstance(wording, Mapping) else str(wording)


def staff_words(refusal: Refusal) -> str:
    """In English."""
    return worded(refusal, STAFF_WORDS[refusal.code])


def api_words(refusal: Refusal) -> ApiWords:
    """In English; `message` is one sentence."""
    words = API_WORDS[refusal.code]
    return replace(words, message=worded(refusal, words.message))
