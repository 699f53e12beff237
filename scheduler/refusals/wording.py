"""From a refusal to its words: the reason chooses among them, the parameters stand in them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from scheduler.core.refusal import Refusal

Sentence = str | Promise
"""`%(name)s` in it is a parameter, or `retry_after`; a promise is of the reader's language."""
Wording = Sentence | Mapping[str, Sentence]
"""A sentence, or one for each reason."""


def worded(refusal: Refusal, wording: Wording) -> str:
    """The sentence, whole. Raises KeyError for a reason that has none."""
    sentence: Any = wording[refusal.reason] if isinstance(wording, Mapping) else wording
    return str(sentence % {**refusal.params, "retry_after": refusal.retry_after})
