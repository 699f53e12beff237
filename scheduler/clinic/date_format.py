"""Local days in words, as each language writes them."""

from datetime import date
from functools import lru_cache

from django.utils import translation
from django.utils.formats import date_format

_LONG = {"en": "l, F j, Y", "es": r"l j \d\e F \d\e Y"}
_SHORT = {"en": "D M j", "es": "D j M"}


# Every page names days, and mostly the same ones.
@lru_cache(maxsize=2000)
def date_in_words(day: date, language: str) -> str:
    """The long form of a local day alone: "Tuesday, November 24, 2026"."""
    with translation.override(language):
        return date_format(day, _LONG[language])


@lru_cache(maxsize=2000)
def _date_in_short(day: date, language: str) -> str:
    with translation.override(language):
        short = date_format(day, _SHORT[language])
    return short.lower() if language == "es" else short
