"""What is remembered of a call that may come again."""

from django.db import models


class IdempotencyKey(models.Model):
    """A 201 remembered for 24 hours. The answer is kept without its links, which are derived.

    `reference` names the appointment that was booked: who remembers need not know its table.
    """

    digest = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=8)
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
