"""What is wrong with sending, from when to when."""

import uuid

from django.db import models
from django.db.models import Q


class Alarm(models.Model):
    """Something wrong with sending: one row from when it was seen first until it was over.

    `seen_at` is when it was last found so. `public_id` names the mail about it, which is sent once:
    `mailed_at` is written before it leaves.
    """

    class Name(models.TextChoices):
        OVERDUE = "overdue", "Messages wait too long"
        FAILING = "failing", "Many messages fail"
        UNCERTAIN = "uncertain", "Many messages are uncertain"
        SHUT = "shut", "Nothing leaves one way"
        NO_WORKER = "no-worker", "No worker is at work"

    name = models.CharField(max_length=12, choices=Name)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    detail = models.CharField(max_length=200)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    task = models.ForeignKey(
        "scheduler.StaffTask", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(over_at__isnull=True), name="alarm_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_name_display()
