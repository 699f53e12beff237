"""Patients, who answers for them, and what a number or mail address has agreed to."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from phonenumber_field.modelfields import PhoneNumberField

from scheduler.models.clinic import LANGUAGES


class Channel(models.TextChoices):
    SMS = "sms", "Text"
    EMAIL = "email", "Mail"


@pghistory.track()
class Patient(models.Model):
    """A person who is seen. A phone is not unique: families share one."""

    name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120, editable=False, db_index=True)
    date_of_birth = models.DateField(null=True, blank=True)
    phone = PhoneNumberField(blank=True, db_index=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    possible_duplicate = models.BooleanField(
        default=False, help_text="Shares a number, an address or a name and birth date."
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        # Addresses are compared without regard to case.
        indexes = [models.Index(Upper("email"), name="patient_email")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Contact(models.Model):
    """Who answers the phone or mail for a patient: the patient (`self`) or someone who helps."""

    SELF = "self"

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=40, default=SELF)
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "name", "relation", "phone", "email"], name="contact_once"
            ),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""), name="contact_can_be_reached"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """What a number or address agreed to or took back: one row an answer, never changed."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    granted = models.BooleanField()
    wording = models.TextField(help_text="The sentence the person agreed to.")
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    source = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["channel", "address", "-at"], name="consent_of_address")]

    def __str__(self) -> str:
        return f"{self.channel} {'granted' if self.granted else 'withdrawn'}"


@pghistory.track()
class OptOut(models.Model):
    """A number or address that must not be written to; a lifted one keeps its row as history."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    source = models.CharField(max_length=40)
    paused_for_staff = models.BooleanField(
        default=False, help_text="Free text that may be an opt-out: texts wait for a person."
    )
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=Q(lifted_at__isnull=True),
                name="opt_out_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} since {self.at:%Y-%m-%d}"


class BadAddress(models.Model):
    """A number or address the carrier calls unusable (landline, unknown, not mobile)."""

    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    code = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "bad addresses"
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="bad_address_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.code}"
