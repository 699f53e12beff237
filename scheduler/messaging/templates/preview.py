"""Show staff what words would come out as, what speaks against them, and the words there are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from scheduler.clinic.current import current_clinic
from scheduler.core import gsm7
from scheduler.core.template_check import Problem, check
from scheduler.core.template_words import BODY, MEANINGS, SUBJECT, TEXT, names_in, paragraphs
from scheduler.messaging.compose import put_into_words
from scheduler.messaging.models import Channel
from scheduler.messaging.templates.example_context import example_context, example_contexts
from scheduler.messaging.templates.overrides import words_of_conditions
from scheduler.messaging.templates.values import ask_to_confirm, template_values


@dataclass(frozen=True, slots=True)
class Preview:
    """`length` and `segments` are of a text, at its longest; none for a part of a mail."""

    text: str
    length: int
    segments: int
    problems: list[Problem]


def preview_words(kind: str, part: str, language: str, words: str) -> Preview:
    """What the words come out as for a made-up visit, and what speaks against them."""
    clinic = current_clinic()
    shown = _composed(kind, part, example_context(clinic, language), language, {part: words})
    texts = (
        [
            _composed(kind, part, context, language, {part: words})
            for context in example_contexts(clinic, language)
        ]
        if part == TEXT
        else []
    )
    return Preview(
        text=shown,
        length=max(map(gsm7.length, texts), default=0),
        segments=max(map(gsm7.segments, texts), default=0),
        problems=judge(kind, part, language, words),
    )


def judge(kind: str, part: str, language: str, words: str) -> list[Problem]:
    """What speaks against the words; nothing: they may go out."""
    contexts = example_contexts(current_clinic(), language)
    return check(
        words,
        kind=kind,
        part=part,
        examples=[template_values(context, language) for context in contexts],
        private=words_of_conditions(),
    )


def default_words(kind: str, part: str, language: str) -> str:
    """The file's words with the names of what is filled in: where staff start from.

    For somebody who has not confirmed, about a visit at the clinic. Of a mail's body it is what
    staff may change: neither the visit nor the links below the words, nor the foot.
    """
    words = _composed(kind, part, _names_for_values(), language, {})
    if part == BODY:
        return "\n\n".join(filter(_is_ours_to_change, paragraphs(words.partition("\n--\n")[0])))
    if part == TEXT:
        with translation.override(language):
            words = words.replace(ask_to_confirm(), "{confirm}")
    return words.replace("visit {day}", "{visit} {day}")


def _composed(
    kind: str, part: str, context: dict[str, Any], language: str, own: dict[str, str]
) -> str:
    channel = Channel.SMS if part == TEXT else Channel.EMAIL
    composed = put_into_words(kind, channel, language, context, own)
    return composed.subject if part == SUBJECT else composed.text


def _is_ours_to_change(paragraph: str) -> bool:
    below = {"visit_name", "manage_link", "information_link", "request_link", "code"}
    return not below & set(names_in(paragraph))


def _names_for_values() -> dict[str, Any]:
    """The context of a message's files with each value's name in the place of the value."""
    names = {name: f"{{{name}}}" for name in MEANINGS}
    visit = {name: names[name] for name in ("date", "time", "zone", "minutes", "provider")}
    visit |= {"name": names["visit_name"], "date_short": names["day"], "zone_name": ""}
    visit |= {"arrive_by": names["arrive_by"], "arrive_short": names["arrive"]}
    visit |= {"reference": names["reference"]}
    clinic = {"sms_name": names["clinic"], "name": names["clinic_name"]}
    clinic |= {name: names[name] for name in ("phone", "email", "address", "read_hours")}
    return names | {
        "clinic": clinic,
        "visit": {**visit, "instructions": "", "is_phone": False},
        "old": {
            "date": names["old_day"],
            "date_short": names["old_day"],
            "time": names["old_time"],
        },
        "late": {"minutes": names["late_minutes"], "time": names["late_time"]},
        "offer": {"time": "", "words": names["new_time"]},
        "greeting_name": names["name"],
        "patient_name": names["patient"],
        "for_other": False,
        "find_link": f"{settings.LINK_URL}/find/",
        "confirmed": False,
        "by_phone": True,
        "words": "",
    }
