"""The channels, and what a number or mail address has agreed to."""

from django.conf import settings
from django.db import models

from scheduler.clinic.models import LANGUAGES


class Channel(models.TextChoices):
    SMS = "sms", "Text"
    EMAIL = "email", "Mail"


class Consent(models.Model):
    """What a number or address agreed to or took back: one row an answer, never changed.

    It is about all messages on visits, and what was said last stands; who wants no reminders alone
    has a ReminderOptOut. `wording` is the very sentence, whatever `wording_version` (see
    `consent.wordings`) reads today; rows of before versions were kept have none.
    """

    class Route(models.TextChoices):
        PAGE = "page", "On a page"
        API = "api", "Through the API"
        DESK = "desk", "At the desk"
        TEXT = "text", "By text"

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    granted = models.BooleanField()
    wording = models.TextField(help_text="The sentence the person agreed to.")
    wording_version = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    source = models.CharField(max_length=40)
    route = models.CharField(max_length=5, choices=Route, default=Route.PAGE)
    name = models.CharField(max_length=120, blank=True, help_text="Who said it, where known.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who on the staff wrote it down.",
    )
    ip = models.GenericIPAddressField(null=True, blank=True, help_text="Where it was said.")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["channel", "address", "-at"], name="consent_of_address")]

    def __str__(self) -> str:
        return f"{self.channel} {'granted' if self.granted else 'withdrawn'}"
