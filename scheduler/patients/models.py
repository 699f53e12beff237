"""Patients, who answers for them, and what a number or mail address has agreed to."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from phonenumber_field.modelfields import PhoneNumberField

from scheduler.clinic.models import LANGUAGES

# Each word of the name with what follows it, the words before it at the end ("ana maria ruiz",
# "maria ruiz ana", "ruiz ana maria"), every end of the phone number from four digits on, and the
# birth date in both orders of digits: what somebody begins to type is the beginning of a key.
_KEEP_KEYS = """
    IF TG_OP = 'UPDATE' THEN DELETE FROM scheduler_patientkey WHERE patient_id = NEW.id; END IF;
    IF NEW.merged_into_id IS NOT NULL THEN RETURN NULL; END IF;
    words := string_to_array(NEW.folded_name, ' ');
    digits := right(regexp_replace(NEW.phone, '[^0-9]', '', 'g'), 10);
    INSERT INTO scheduler_patientkey (patient_id, key)
    SELECT DISTINCT NEW.id, found.key FROM (
        SELECT array_to_string(words[place:] || words[:place - 1], ' ') AS key
          FROM generate_subscripts(words, 1) AS place
         UNION ALL
        SELECT right(digits, count) FROM generate_series(4, length(digits)) AS count
         UNION ALL
        SELECT to_char(NEW.date_of_birth, form)
          FROM unnest(ARRAY['YYYYMMDD', 'MMDDYYYY']) AS form
    ) AS found WHERE found.key <> '';
    RETURN NULL;
"""


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
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        # Addresses are compared without regard to case.
        indexes = [
            models.Index(Upper("email"), name="patient_email"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(possible_duplicate=True, merged_into__isnull=True),
                name="patient_possible_duplicate",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_keys",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "folded_name", "phone", "date_of_birth", "merged_into_id"
                ),
                declare=[("words", "text[]"), ("digits", "text")],
                func=_KEEP_KEYS,
            )
        ]

    def __str__(self) -> str:
        return self.name


class PatientKey(models.Model):
    """What a patient is found by while somebody types; kept by a trigger on the patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=130, db_collation="C")

    class Meta:
        # In collation C the index serves what begins with some letters, in the index's order.
        indexes = [models.Index(fields=["key", "patient"], name="patient_key")]

    def __str__(self) -> str:
        return self.key


@pghistory.track()
class PatientNote(models.Model):
    """What staff wrote down about a patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text


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
        # Each text that comes in, each link that was lost and each closed day asks by these.
        indexes = [
            models.Index(fields=["phone"], name="contact_phone"),
            models.Index(Upper("email"), name="contact_email"),
        ]
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
