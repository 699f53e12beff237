"""Whatever needs a person."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q


@pghistory.track()
class StaffTask(models.Model):
    """Something a person must look at: a reply, a failed message, a late change."""

    class Kind(models.TextChoices):
        REPLY = "reply", "A reply that needs a person"
        CANCEL_MEANT = "cancel-meant", "They texted CANCEL: did they mean the visit?"
        MAYBE_STOP = "maybe-stop", "A text that may be an opt-out; texts are paused"
        LATE_CHANGE = "late-change", "A visit was moved or canceled late"
        MESSAGE = "message", "A message did not arrive"
        UNCERTAIN = "uncertain", "A message that may or may not have gone out"
        COMPLAINT = "complaint", "They reported our mail as spam"
        ALARM = "alarm", "Sending needs attention"
        CONFIGURATION = "configuration", "Messages are refused: the account needs attention"
        CODES = "codes", "More codes asked for than usual"
        CALL_TO_BOOK = "call-to-book", "A time is kept until you call: no code could be sent"
        CALL_CLOSED = "call-closed", "We closed on them and they have no new time yet"
        CALL_CHANGED = "call-changed", "Moved or canceled by staff, and not told yet"

    kind = models.CharField(max_length=15, choices=Kind)
    urgent = models.BooleanField(default=False)
    appointment = models.ForeignKey(
        "scheduler.Appointment", on_delete=models.CASCADE, null=True, blank=True
    )
    message = models.ForeignKey(
        "scheduler.Message", on_delete=models.CASCADE, null=True, blank=True
    )
    inbound = models.ForeignKey(
        "scheduler.InboundText", on_delete=models.CASCADE, null=True, blank=True
    )
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgent", "created_at"],
                condition=Q(done_at__isnull=True),
                name="staff_task_open",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
