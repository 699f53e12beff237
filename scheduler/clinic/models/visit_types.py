"""What can be booked, and when it is reminded of."""

from datetime import timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from scheduler.clinic.models.conditions import PLAIN_SLUG

LONGEST_VISIT_MINUTES = 8 * 60
LONGEST_BUFFER_MINUTES = 4 * 60


class Readiness(models.TextChoices):
    """What may have to be at hand before a visit."""

    REFERRAL = "referral", "Referral"
    RECORDS = "records", "Records and imaging"
    INSURANCE = "insurance", "Insurance"
    AUTHORIZATION = "authorization", "Authorization"


@pghistory.track()
class VisitType(models.Model):
    """What can be booked. Lengths are minutes; notice and horizon count in the clinic's days."""

    class Booking(models.TextChoices):
        ONLINE = "online", "Online and by staff"
        STAFF = "staff", "By staff only"

    class Audience(models.TextChoices):
        EVERYONE = "everyone", "Everyone"
        NEW = "new", "New patients"
        RETURNING = "returning", "Patients who have been here before"

    class Referral(models.TextChoices):
        NO = "no", "Not needed"
        ASK = "ask", "Asked for"
        REQUIRED = "required", "Required before a time is given"

    slug = models.SlugField(unique=True, validators=[PLAIN_SLUG])
    name = models.CharField(max_length=60, help_text="Patients and their messages see this name.")
    name_es = models.CharField("name in Spanish", max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    booking = models.CharField(max_length=10, choices=Booking, default=Booking.ONLINE)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    by_phone = models.BooleanField(default=False, help_text="The provider calls the patient.")
    duration_minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(5), MaxValueValidator(LONGEST_VISIT_MINUTES)]
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(LONGEST_BUFFER_MINUTES)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(LONGEST_BUFFER_MINUTES)]
    )
    grid_minutes = models.PositiveSmallIntegerField(
        default=15,
        choices=[(n, f"every {n} minutes") for n in (5, 10, 15, 20, 30, 60)],
        help_text="Starts are offered at these minutes of the local hour.",
    )
    notice_business_days = models.PositiveSmallIntegerField(
        default=0, help_text="1 means from the next business day on. 0: only the minutes count."
    )
    notice_minutes = models.PositiveIntegerField(default=0)
    horizon_days = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    daily_cap = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="At most this many a provider and day. Empty: no limit."
    )
    move_cutoff_minutes = models.PositiveSmallIntegerField(
        default=120, help_text="Patients can move a visit online until this long before it."
    )
    arrive_early_minutes = models.PositiveSmallIntegerField(default=0)
    instructions = models.TextField(blank=True, help_text="What to bring and do.")
    instructions_es = models.TextField("instructions in Spanish", blank=True)
    condition = models.ForeignKey(
        "scheduler.Condition", on_delete=models.PROTECT, null=True, blank=True
    )
    referral = models.CharField(max_length=10, choices=Referral, default=Referral.NO)
    needs = ArrayField(
        models.CharField(max_length=15, choices=Readiness),
        default=list,
        blank=True,
        help_text="What must be at hand before the visit.",
    )
    rooms = models.ManyToManyField("scheduler.Room", through="scheduler.VisitTypeRoom", blank=True)
    own_reminders = models.BooleanField(
        default=False,
        editable=False,
        help_text="Reminded by rules of its own, none included, not by those of all visit types.",
    )

    class Meta:
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grid_minutes__in=[5, 10, 15, 20, 30, 60]),
                name="visit_type_grid_divides_the_hour",
                violation_error_message="The grid must divide an hour: 5, 10, 15, 20, 30 or 60.",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=LONGEST_VISIT_MINUTES),
                name="visit_type_length_is_sane",
                violation_error_message="A visit lasts 5 minutes to 8 hours.",
            ),
            models.CheckConstraint(
                condition=Q(daily_cap__isnull=True) | Q(daily_cap__gte=1),
                name="visit_type_cap_is_positive",
                violation_error_message="Leave the cap empty for no limit.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def move_cutoff(self) -> timedelta:
        return timedelta(minutes=self.move_cutoff_minutes)

    def name_in(self, language: str) -> str:
        return self.name_es if language == "es" else self.name

    def instructions_in(self, language: str) -> str:
        return self.instructions_es if language == "es" else self.instructions


class VisitTypeRoom(models.Model):
    """A room a visit type may use; the first free one by position is taken."""

    visit_type = models.ForeignKey("scheduler.VisitType", on_delete=models.CASCADE)
    room = models.ForeignKey("scheduler.Room", on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit_type", "room"], name="visit_type_room_once")
        ]

    def __str__(self) -> str:
        return f"{self.visit_type}: {self.room}"


@pghistory.track()
class ReminderRule(models.Model):
    """One automatic reminder: days ahead at a local time, or hours ahead.

    Those without a visit type are of all visit types that have none of their own.
    """

    visit_type = models.ForeignKey(
        "scheduler.VisitType",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reminder_rules",
    )
    name = models.SlugField(max_length=20, help_text="Such as 3-days.")
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True, help_text="Local time; with days before.")
    hours_before = models.PositiveSmallIntegerField(null=True, blank=True)
    not_before = models.TimeField(
        null=True, blank=True, help_text="With hours before: skipped when due earlier than this."
    )
    by_text = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit_type", "name"],
                name="reminder_rule_named_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(by_text=True) | Q(by_mail=True),
                name="reminder_rule_goes_some_way",
                violation_error_message="Choose text, mail or both.",
            ),
            models.CheckConstraint(
                condition=Q(days_before__gte=1, at__isnull=False, hours_before__isnull=True)
                | Q(days_before__isnull=True, at__isnull=True, hours_before__gte=1),
                name="reminder_rule_is_days_or_hours",
                violation_error_message="Give days before with a time, or hours before.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_type or 'All visit types'}: {self.name}"
