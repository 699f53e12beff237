"""What workers share of a channel whose transport fails."""

from django.db import models

from scheduler.messaging.models.addresses import Channel


class Circuit(models.Model):
    """A channel's circuit breaker; there is no row while all is well.

    `failures` came one after the other, the last with `code`. Until `open_until` nothing is
    claimed; after it one message is, to see how it fares, and until `probe_until` no other.
    """

    channel = models.CharField(primary_key=True, max_length=5, choices=Channel)
    failures = models.PositiveIntegerField()
    failing_since = models.DateTimeField()
    open_until = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.channel
