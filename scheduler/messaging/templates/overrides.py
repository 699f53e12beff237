"""The words that staff put in the place of a message's own, and what their words may not say."""

from scheduler.clinic.models import ConditionText
from scheduler.core.template_check import private_words
from scheduler.core.template_words import BODY, SUBJECT, TEXT
from scheduler.messaging.models import Channel, MessageTemplate


def template_overrides(kind: str, language: str, channel: str) -> dict[str, str]:
    """Part to words, for the parts of this channel that staff wrote; one query."""
    parts = (TEXT,) if channel == Channel.SMS else (SUBJECT, BODY)
    found = MessageTemplate.objects.filter(kind=kind, language=language, part__in=parts)
    return dict(found.values_list("part", "words"))


def words_of_conditions() -> frozenset[str]:
    """The names of all conditions, in every language, and their uncommon words."""
    names = ConditionText.objects.values_list("name", "other_names")
    return private_words(name for pair in names for name in pair)
