"""Capability links. The row holds the locator only; the token is derived with LINK_KEYS."""

from django.db import models
from django.db.models import Q


class Link(models.Model):
    """One opaque link: what it may be used for, on what, until when.

    Raising `version` revokes every token handed out for the row.
    """

    class Purpose(models.TextChoices):
        APPOINTMENT = "a", "The patient's appointment"
        INFORMATION = "i", "The condition information page"
        CONTACT_REQUEST = "c", "The request to be called"

    purpose = models.CharField(max_length=1, choices=Purpose)
    locator = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField(default=1)
    appointment = models.ForeignKey(
        "scheduler.Appointment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
    )
    contact_request = models.ForeignKey(
        "scheduler.ContactRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
    )
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "locator"], name="link_locator_once"),
            models.UniqueConstraint(fields=["appointment", "purpose"], name="link_once"),
            models.UniqueConstraint(
                fields=["contact_request", "purpose"], name="link_of_request_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="link_version_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    purpose__in=["a", "i"],
                    appointment__isnull=False,
                    contact_request__isnull=True,
                )
                | Q(purpose="c", appointment__isnull=True, contact_request__isnull=False),
                name="link_opens_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}"
