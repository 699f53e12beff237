"""What is counted to keep one person from using up everybody's times or anyone's texts."""

from django.db import models


class CodeSent(models.Model):
    """A code that was sent, counted per contact, per network and overall.

    `contact` and `network` are keyed digests: counting needs equality, not the value.
    """

    contact = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["contact", "at"], name="code_sent_contact"),
            models.Index(fields=["network", "at"], name="code_sent_network"),
            models.Index(fields=["at"], name="code_sent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class RateLimitEvent(models.Model):
    """Something that anyone may have sent to a number or address, asked for once.

    `contact` and `network` are keyed digests, as in CodeSent.
    """

    class Kind(models.TextChoices):
        LINKS = "links", "The links of coming visits"
        CONTACT = "contact", "A call or an answer"
        HOLD = "hold", "A time that is kept for a call"

    kind = models.CharField(max_length=10, choices=Kind)
    contact = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "contact", "at"], name="rate_limit_event_contact"),
            models.Index(fields=["kind", "network", "at"], name="rate_limit_event_network"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
