"""Texts that come in."""

from django.db import models
from django.db.models import Q


class InboundText(models.Model):
    """A text somebody sent us: stored first, acted on after, once."""

    sid = models.CharField(max_length=64, unique=True)
    from_number = models.CharField(max_length=20, db_index=True)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField()
    answered_by_carrier = models.BooleanField(default=False)
    meaning = models.CharField(max_length=15, blank=True)
    appointment = models.ForeignKey(
        "scheduler.Appointment", on_delete=models.SET_NULL, null=True, blank=True
    )
    acted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(acted_at__isnull=True), name="inbound_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.meaning or "not read yet"
