"""Put staff's own words in the place of a message's, or go back to those it came with."""

from datetime import datetime

from django.contrib.auth.models import User

from scheduler.core.template_check import Problem
from scheduler.messaging.models import MessageTemplate
from scheduler.messaging.templates.preview import judge


class WordsRefused(Exception):
    """The words may not go out; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.words for problem in problems))
        self.problems = problems


def edit_template(
    kind: str, part: str, language: str, words: str, *, by: User, now: datetime
) -> MessageTemplate:
    """Use these words from the next message of this kind on. Raises WordsRefused."""
    words = words.replace("\r\n", "\n").strip()
    problems = judge(kind, part, language, words)
    if problems:
        raise WordsRefused(problems)
    template, _ = MessageTemplate.objects.update_or_create(
        kind=kind,
        part=part,
        language=language,
        defaults={"words": words, "updated_by_id": by.pk, "updated_at": now},
    )
    return template


def reset_template(kind: str, part: str, language: str) -> bool:
    """Use the words the product came with; False where they are in use already."""
    own = MessageTemplate.objects.filter(kind=kind, part=part, language=language)
    return bool(own.delete()[0])
