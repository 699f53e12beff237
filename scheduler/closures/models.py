"""When the day does not go as planned: a provider runs late, or the clinic has to close."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q


@pghistory.track()
class ProviderDelay(models.Model):
    """A provider is so many minutes behind from an instant until another, both UTC."""

    provider = models.ForeignKey(
        "scheduler.Provider", on_delete=models.CASCADE, related_name="delays"
    )
    minutes = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["provider", "-since"], name="delay_of_provider")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__in=[15, 30, 45, 60]), name="delay_is_a_quarter_or_more"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.minutes} min late"


@pghistory.track()
class EmergencyClosure(models.Model):
    """A day on which the clinic closes over visits that were booked: snow, a broken heating.

    Until `sent_at` it is a plan: times are kept for the patients, nobody was told.
    """

    day = models.DateField(unique=True)
    reason = models.CharField(max_length=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"


@pghistory.track()
class RescheduleOffer(models.Model):
    """A new time for a visit that the clinic called off; `held` keeps it until `expires_at`.

    Without `held` there was no time to offer: the patient chooses one, or is called.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Not sent yet"
        SENT = "sent", "Waiting for an answer"
        ACCEPTED = "accepted", "Took the new time"
        OTHER = "other", "Chose another time"
        DECLINED = "declined", "Wants no new time"
        EXPIRED = "expired", "No answer in time"

    emergency_closure = models.ForeignKey(
        EmergencyClosure, on_delete=models.CASCADE, null=True, blank=True, related_name="offers"
    )
    appointment = models.ForeignKey(
        "scheduler.Appointment", on_delete=models.CASCADE, related_name="offers"
    )
    held = models.OneToOneField(
        "scheduler.Appointment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="offered_as",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(status__in=["planned", "sent"]),
                name="offer_open_once",
            )
        ]

    def __str__(self) -> str:
        return self.get_status_display()
