"""Requests to be called or written to, and work that needs a person."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from phonenumber_field.modelfields import PhoneNumberField

from scheduler.clinic.models import LANGUAGES
from scheduler.messaging.models import Channel


@pghistory.track()
class ContactRequest(models.Model):
    """Someone asks to be called or written to."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNREACHED = "unreached", "Not reached"

    class Topic(models.TextChoices):
        BOOK = "book", "Book a visit"
        CHANGE = "change", "Change a visit"
        QUESTION = "question", "A question"

    class PartOfDay(models.TextChoices):
        ANY = "any", "Any time"
        MORNING = "morning", "Mornings"
        AFTERNOON = "afternoon", "Afternoons"

    reference = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    topic = models.CharField(max_length=10, choices=Topic, default=Topic.BOOK)
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    days = ArrayField(
        models.DateField(), default=list, blank=True, help_text="Local days that suit; none: any."
    )
    part_of_day = models.CharField(max_length=10, choices=PartOfDay, default=PartOfDay.ANY)
    times = models.CharField(max_length=200, blank=True, help_text="Times that suit, as written.")
    note = models.CharField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    patient = models.ForeignKey(
        "scheduler.Patient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_requests",
        help_text="Whom staff found it to be about.",
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    promised_by = models.DateTimeField()
    created_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["promised_by"], condition=Q(status="open"), name="contact_request_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""), name="contact_request_can_be_reached"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """(channel, address) of what was given, mail first: it never fails for a landline."""
        given = [(Channel.EMAIL.value, self.email), (Channel.SMS.value, str(self.phone))]
        return [(channel, address) for channel, address in given if address]


@pghistory.track()
class CallAttempt(models.Model):
    """One try to reach somebody, for a request or about an appointment, and how it ended."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "Reached"
        LEFT_WORD = "left-word", "Left word, without detail"
        NO_ANSWER = "no-answer", "No answer"

    contact_request = models.ForeignKey(
        ContactRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="attempts"
    )
    appointment = models.ForeignKey(
        "scheduler.Appointment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attempts",
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact_request__isnull=False, appointment__isnull=True)
                | Q(contact_request__isnull=True, appointment__isnull=False),
                name="call_attempt_is_about_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class CallClaim(models.Model):
    """Who has taken on the call about an appointment; a request keeps that on itself."""

    appointment = models.OneToOneField(
        "scheduler.Appointment", on_delete=models.CASCADE, related_name="call_claim"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by}"
