"""The channels, and what a number or mail address has agreed to."""

from django.db import models

from scheduler.clinic.models import LANGUAGES


class Channel(models.TextChoices):
    SMS = "sms", "Text"
    EMAIL = "email", "Mail"


class Consent(models.Model):
    """What a number or address agreed to or took back: one row an answer, never changed."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    granted = models.BooleanField()
    wording = models.TextField(help_text="The sentence the person agreed to.")
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    source = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["channel", "address", "-at"], name="consent_of_address")]

    def __str__(self) -> str:
        return f"{self.channel} {'granted' if self.granted else 'withdrawn'}"
