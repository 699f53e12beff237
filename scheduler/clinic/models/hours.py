"""Wall-clock rules: who works when, and when nobody does."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from scheduler.clinic.models.clinic import EVERY_DAY

WEEKDAYS = [
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
]


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
