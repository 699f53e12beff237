"""What has to be at hand before a visit, and how far it has come."""

import pghistory
from django.conf import settings
from django.db import models

from scheduler.models.clinic import Readiness


@pghistory.track()
class ReadyItem(models.Model):
    """One tick of an appointment. No row: as its visit type has it, needed or not."""

    class State(models.TextChoices):
        NOT_NEEDED = "not-needed", "Not needed"
        NEEDED = "needed", "Needed"
        ASKED = "asked", "Asked for"
        RECEIVED = "received", "Received"

    appointment = models.ForeignKey(
        "scheduler.Appointment", on_delete=models.CASCADE, related_name="ready_items"
    )
    item = models.CharField(max_length=15, choices=Readiness)
    state = models.CharField(max_length=10, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "item"], name="ready_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.get_state_display()}"
