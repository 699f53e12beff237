"""From a refusal to its words: the reason chooses among them, the parameters stand in them."""

from collections.abc import Mapping

from scheduler.core.refusal import Refusal

Wording = str | Mapping[str, str]
"""A sentence, or one for each reason; "%(name)s" in it is a parameter, or `retry_after`."""


def worded(refusal: Refusal, wording: Wording) -> str:
    """The sentence, whole. Raises KeyError for a reason that has none."""
    sentence = wording[refusal.reason] if isinstance(wording, Mapping) else wording
    return str(sentence % {**refusal.params, "retry_after": refusal.retry_after})
