"""The clinic and its wall-clock rules: who works when, where, and what can be booked."""

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField

EVERY_DAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111
LANGUAGES = [("en", "English"), ("es", "Español")]


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            "Use a name from the time zone database, such as America/New_York.", code="time_zone"
        )


@pghistory.track(exclude=["demo_loaded_at"])
class Clinic(models.Model):
    """The one row of the clinic's own facts, seeded from the environment."""

    name = models.CharField(max_length=100, help_text="On pages and in the body of mails.")
    sms_name = models.CharField(
        "short name",
        max_length=11,
        validators=[
            RegexValidator(r"^[A-Za-z0-9 .&'-]+$", "Use plain letters and digits."),
            RegexValidator(
                r"(?i)pain|dolor",
                "Texts and subjects can be seen by others: leave out what patients come for.",
                inverse_match=True,
            ),
        ],
        help_text="In texts, subjects and sender names: 11 letters, so that a text stays one text.",
    )
    street = models.CharField(max_length=100)
    suite = models.CharField(max_length=50, blank=True)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    email = models.EmailField()
    phone = PhoneNumberField()
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    business_days = models.PositiveSmallIntegerField(
        default=MONDAY_TO_FRIDAY,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text="Bit mask, Monday 1 to Sunday 64: the days that count as notice.",
    )
    messages_from = models.TimeField(default=time(9), help_text="No reminder goes out earlier.")
    messages_until = models.TimeField(default=time(19), help_text="No reminder goes out later.")
    texts_are_read = models.BooleanField(
        "staff read incoming texts",
        default=True,
        help_text="Automatic answers and pages say so, with the hours. Off: they say that nobody "
        "reads them and that people should call.",
    )
    texts_read_from = models.TimeField(
        default=time(9), help_text="On business days, staff read texts from this time on."
    )
    texts_read_until = models.TimeField(default=time(16), help_text="And until this time.")
    default_condition = models.ForeignKey(
        "scheduler.Condition",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The page that a confirmation links to when the visit names no condition.",
    )
    sending_paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    sending_paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    demo_loaded_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when made-up patients are here, if they are."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="clinic_is_one_row"),
            models.CheckConstraint(
                condition=Q(messages_from__lt=F("messages_until")),
                name="clinic_messages_window_is_forward",
                violation_error_message="Messages must start before they end.",
            ),
            models.CheckConstraint(
                condition=Q(texts_read_from__lt=F("texts_read_until")),
                name="clinic_reads_texts_forward",
                violation_error_message="The reading of texts must start before it ends.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def phone_shown(self) -> str:
        """The phone as it is written in the country, such as "(419) 555-0100"."""
        return str(self.phone.as_national)

    @cached_property
    def phone_link(self) -> str:
        """What calls it: "tel:+14195550100"."""
        return f"tel:{self.phone.as_e164}"

    @property
    def address(self) -> str:
        """The address on one line."""
        street = ", ".join(filter(None, [self.street, self.suite]))
        return f"{street}, {self.city}, {self.state} {self.postal_code}"
