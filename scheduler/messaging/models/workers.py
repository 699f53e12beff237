"""What workers share: the sender's rate, and when each part was last seen at work."""

from django.db import models


class SenderRate(models.Model):
    """When the sender may hand over its next text: one row a sender, shared by all workers."""

    sender = models.CharField(max_length=40, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sender


class Heartbeat(models.Model):
    """When a part of the product was last seen at work."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
