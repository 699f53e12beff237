"""The one way to a refusal's words, by who reads them. A code without any raises KeyError."""

from dataclasses import replace

from scheduler.core.refusal import Refusal
from scheduler.refusals.for_api import API_WORDS, ApiWords
from scheduler.refusals.for_staff import STAFF_WORDS
from scheduler.refusals.wording import worded


def api_words(refusal: Refusal) -> ApiWords:
    """In English; `message` is one sentence."""
    words = API_WORDS[refusal.code]
    return replace(words, message=worded(refusal, words.message))


def staff_words(refusal: Refusal) -> str:
    """In English."""
    return worded(refusal, STAFF_WORDS[refusal.code])
