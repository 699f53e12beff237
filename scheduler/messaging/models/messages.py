"""Messages that are owed, sent or answered. A message is a row; a task only carries it out."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from scheduler.clinic.models import LANGUAGES
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models.addresses import Channel
from scheduler.messaging.models.priority import PRIORITY_OF_KIND

# What did not arrive, or may not have.
_TROUBLE = ["undelivered", "failed", "uncertain", "suppressed", "expired"]


class Message(models.Model):
    """One text or mail to one address. `body` keeps placeholders where links and codes go.

    `due_at` is when it should leave, `next_attempt_at` when it may be tried (again), `expires_at`
    when it is too late to be of use. A claim is a lease: `claimed_until` with the `lease` of the
    claimer; `sending_at` is written just before the network is touched, so that a lapsed lease
    with it is `uncertain` and one without is simply due again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        "scheduler.Appointment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
    )
    contact_request = models.ForeignKey(
        "scheduler.ContactRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
    )
    inbound = models.ForeignKey(
        "scheduler.InboundText",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="answers",
    )
    kind = models.CharField(max_length=40)
    priority = models.GeneratedField(
        expression=PRIORITY_OF_KIND,
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    channel = models.CharField(max_length=5, choices=Channel)
    sequence = models.PositiveIntegerField(default=0)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    segments = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of a text, as it left: what it is paid by."
    )
    words = models.CharField(
        max_length=600, blank=True, help_text="What staff wrote themselves, where no template is."
    )
    old_starts_at = models.DateTimeField(
        null=True, blank=True, help_text="Of a move: the time that was given up."
    )
    status = models.CharField(
        max_length=11,
        choices=[(s.value, s.value) for s in MessageStatus],
        default=MessageStatus.PLANNED.value,
    )
    due_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_up_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Of a doubtful text: when the carrier's list is asked about it (again).",
    )
    sid = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=60, blank=True, help_text="Why it was not sent.")
    together_with = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="told_too",
        help_text="The text that named this one's visit too, so that this one was not sent.",
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "priority", "next_attempt_at"],
                condition=Q(status__in=["planned", "claimed"], sending_at=None),
                name="message_due",
            ),
            models.Index(
                fields=["claimed_until"],
                condition=Q(status="claimed", sending_at__isnull=False),
                name="message_sending",
            ),
            models.Index(
                fields=["look_up_at"],
                condition=Q(look_up_at__isnull=False),
                name="message_to_look_up",
            ),
            models.Index(
                fields=["status", "-id"],
                condition=Q(status__in=_TROUBLE),
                name="message_trouble",
            ),
            models.Index(
                fields=["appointment"],
                condition=Q(status__in=["undelivered", "failed", "uncertain"]),
                name="message_trouble_of_visit",
            ),
            models.Index(
                Coalesce("accepted_at", "settled_at"),
                condition=Q(accepted_at__isnull=False) | Q(settled_at__isnull=False),
                name="message_outcome",
            ),
            models.Index(fields=["to", "accepted_at"], name="message_to"),
            models.Index(
                fields=["accepted_at"], condition=Q(status="accepted"), name="message_no_word_yet"
            ),
            models.Index(fields=["sid"], condition=~Q(sid=""), name="message_sid"),
            models.Index(
                fields=["together_with"],
                condition=Q(together_with__isnull=False),
                name="message_together",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    appointment__isnull=False, contact_request__isnull=True, inbound__isnull=True
                )
                | Q(appointment__isnull=True, contact_request__isnull=False, inbound__isnull=True)
                | Q(appointment__isnull=True, contact_request__isnull=True, inbound__isnull=False),
                name="message_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["appointment", "kind", "channel", "sequence"],
                condition=Q(appointment__isnull=False),
                name="message_of_appointment_once",
            ),
            models.UniqueConstraint(
                fields=["contact_request", "kind", "channel", "sequence"],
                condition=Q(contact_request__isnull=False),
                name="message_of_request_once",
            ),
            models.UniqueConstraint(
                fields=["inbound", "kind"],
                condition=Q(inbound__isnull=False),
                name="message_answers_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}"


class DeliveryEvent(models.Model):
    """One status the carrier reported. Any order and any repeat ends in the same state."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="events")
    sid = models.CharField(max_length=64)
    status = models.CharField(max_length=20)
    error_code = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "sid", "status"], name="delivery_event_once")
        ]

    def __str__(self) -> str:
        return self.status
