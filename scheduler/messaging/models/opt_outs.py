"""Numbers and addresses that must not, or cannot, be written to."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from scheduler.messaging.models.addresses import Channel


@pghistory.track()
class OptOut(models.Model):
    """A number or address that must not be written to; a lifted one keeps its row as history."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    source = models.CharField(max_length=40)
    paused_for_staff = models.BooleanField(
        default=False, help_text="Free text that may be an opt-out: texts wait for a person."
    )
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who on the staff lifted a pause; nobody where the owner did.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=Q(lifted_at__isnull=True),
                name="opt_out_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} since {self.at:%Y-%m-%d}"


class ReminderOptOut(models.Model):
    """A number or address that wants no reminders this way, and all the rest as before.

    A lifted one keeps its row as history.
    """

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    source = models.CharField(max_length=40)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=Q(lifted_at__isnull=True),
                name="reminder_opt_out_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} reminders since {self.at:%Y-%m-%d}"


class BadAddress(models.Model):
    """A number or address the carrier calls unusable (landline, unknown, not mobile)."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    code = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "bad addresses"
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="bad_address_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.code}"
