"""Which messages leave first where not all can leave at once."""

from django.db import models
from django.db.models import Case, Value, When


class Priority(models.IntegerChoices):
    """The lowest first. Somebody waits for a code this minute; an answer is to what they just
    wrote; news is of what was just done, a confirmation above all; a reminder has hours."""

    CODE = 0
    ANSWER = 1
    NEWS = 2
    REMINDER = 3


# A reminder that staff send again is news: they stand waiting for it.
PRIORITY_OF_KIND = Case(
    When(kind="code", then=Value(Priority.CODE.value)),
    When(kind__startswith="reply_", then=Value(Priority.ANSWER.value)),
    When(kind__startswith="staff_reply", then=Value(Priority.ANSWER.value)),
    When(kind__startswith="links", then=Value(Priority.ANSWER.value)),
    When(kind__contains="-again-", then=Value(Priority.NEWS.value)),
    When(kind__startswith="reminder-", then=Value(Priority.REMINDER.value)),
    default=Value(Priority.NEWS.value),
    output_field=models.PositiveSmallIntegerField(),
)
