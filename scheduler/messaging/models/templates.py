"""Words that staff put in the place of a message's own."""

import pghistory
from django.conf import settings
from django.db import models

from scheduler.clinic.models import LANGUAGES


@pghistory.track()
class MessageTemplate(models.Model):
    """Words that staff put in the place of a message's own: a text, or a mail's subject or body."""

    class Part(models.TextChoices):
        TEXT = "sms", "Text"
        SUBJECT = "subject", "Mail: subject"
        BODY = "body", "Mail: body"

    kind = models.CharField(max_length=30)
    part = models.CharField(max_length=10, choices=Part)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    words = models.TextField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "part", "language"], name="message_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.part} {self.language}"
