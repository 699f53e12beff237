"""The clinic and its wall-clock rules: who works when, where, and what can be booked."""

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField

from scheduler.models.condition import PLAIN_SLUG

EVERY_DAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111
WEEKDAYS = [
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
]
LANGUAGES = [("en", "English"), ("es", "Español")]
LONGEST_VISIT_MINUTES = 8 * 60
LONGEST_BUFFER_MINUTES = 4 * 60


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            "Use a name from the time zone database, such as America/New_York.", code="time_zone"
        )


class Readiness(models.TextChoices):
    """What may have to be at hand before a visit."""

    REFERRAL = "referral", "Referral"
    RECORDS = "records", "Records and imaging"
    INSURANCE = "insurance", "Insurance"
    AUTHORIZATION = "authorization", "Authorization"


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


@pghistory.track()
class Room(models.Model):
    slug = models.SlugField(unique=True, validators=[PLAIN_SLUG])
    name = models.CharField(max_length=60)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


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
    """One automatic reminder of a visit type: days ahead at a local time, or hours ahead."""

    visit_type = models.ForeignKey(
        "scheduler.VisitType", on_delete=models.CASCADE, related_name="reminder_rules"
    )
    name = models.SlugField(max_length=20, help_text="Such as 3-days.")
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True, help_text="Local time; with days before.")
    hours_before = models.PositiveSmallIntegerField(null=True, blank=True)
    not_before = models.TimeField(
        null=True, blank=True, help_text="With hours before: skipped when due earlier than this."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit_type", "name"], name="reminder_rule_named_once"),
            models.CheckConstraint(
                condition=Q(days_before__gte=1, at__isnull=False, hours_before__isnull=True)
                | Q(days_before__isnull=True, at__isnull=True, hours_before__gte=1),
                name="reminder_rule_is_days_or_hours",
                violation_error_message="Give days before with a time, or hours before.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_type}: {self.name}"


@pghistory.track()
class Provider(models.Model):
    """Who sees patients. May also be a user who signs in.

    The call desk is one too: the calls that staff promised are appointments in its column. The
    public never sees it.
    """

    slug = models.SlugField(unique=True, validators=[PLAIN_SLUG])
    name = models.CharField(max_length=80, help_text="As patients know them.")
    credentials = models.CharField(max_length=40, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False, help_text="Made up, for trying the product out.")
    call_desk = models.BooleanField(
        default=False, help_text="Not a person: the column of calls that were promised."
    )
    visit_types = models.ManyToManyField(
        "scheduler.VisitType", blank=True, related_name="providers"
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.credentials]))


@pghistory.track()
class WeeklyHours(models.Model):
    """Wall-clock hours in the clinic's zone, repeated every n weeks while they are valid."""

    provider = models.ForeignKey(
        "scheduler.Provider", on_delete=models.CASCADE, related_name="weekly_hours"
    )
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The last day, included.")
    every_n_weeks = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="Counted from the week of the first valid day.",
    )
    room = models.ForeignKey("scheduler.Room", on_delete=models.PROTECT, null=True, blank=True)
    visit_types = models.ManyToManyField(
        "scheduler.VisitType",
        blank=True,
        help_text="Only these can be booked in these hours. Empty: all.",
    )

    class Meta:
        verbose_name_plural = "weekly hours"
        ordering = ["provider", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")),
                name="weekly_hours_are_forward",
                violation_error_message="Hours must open before they close, on the same day.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="weekly_hours_validity_is_forward",
                violation_error_message="The first valid day must not come after the last.",
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks=1) | Q(every_n_weeks__gt=1, valid_from__isnull=False),
                name="weekly_hours_have_an_anchor",
                violation_error_message="Hours of every second week or less need a first valid day "
                "to count from.",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.provider} {self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"
        )


@pghistory.track()
class TimeOff(models.Model):
    """Local times at which a provider, a room or (neither named) the whole clinic is closed.

    It holds on each day from `first_day` to `last_day` whose weekday is in the mask; without
    times it takes the whole day.
    """

    provider = models.ForeignKey(
        "scheduler.Provider", on_delete=models.CASCADE, null=True, blank=True
    )
    room = models.ForeignKey("scheduler.Room", on_delete=models.CASCADE, null=True, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(help_text="The last day, included.")
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(
        default=EVERY_DAY,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text="Bit mask, Monday 1 to Sunday 64; 127 is every day.",
    )
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "time off"
        ordering = ["first_day", "pk"]
        indexes = [models.Index(fields=["last_day"], name="time_off_last_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="time_off_days_are_forward",
                violation_error_message="The first day must not come after the last.",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False, starts__lt=F("ends")),
                name="time_off_times_are_forward",
                violation_error_message="Give both times, the start before the end, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(provider__isnull=True) | Q(room__isnull=True),
                name="time_off_has_one_scope",
                violation_error_message="Name a provider or a room, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider or self.room or 'Clinic'} {self.first_day} to {self.last_day}"


@pghistory.track()
class OpenHoliday(models.Model):
    """A US federal holiday on which the clinic is open after all."""

    day = models.DateField(unique=True)
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"
