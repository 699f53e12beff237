"""The appointment, from a held time to a finished visit, and the constraints on it."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from scheduler.clinic.models import LANGUAGES, Readiness
from scheduler.core.status import LIVE, PATIENT_LIVE, AppointmentStatus


class _SameId(Func):
    """`int8range(id, id, '[]')`: equality for a GiST constraint, without an extension."""

    function = "int8range"

    def __init__(self, column: str) -> None:
        super().__init__(F(column), F(column), Value("[]"), output_field=models.Field())


class _Range(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


def _no_overlap(name: str, column: str, start: str, end: str, condition: Q) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_SameId(column), RangeOperators.OVERLAPS),
            (_Range(start, end), RangeOperators.OVERLAPS),
        ],
        condition=condition,
    )


_LIVE = sorted(LIVE)


@pghistory.track(exclude=["held_details"])
class Appointment(models.Model):
    """A visit at a time. All instants are UTC; `busy_*` include the buffers.

    While `status` is `held` the typed person is in `held_details` and `patient` is null;
    `sequence` counts what calendars must follow (moves, cancellations, undos), `version` every
    change, so that a stale one is noticed.
    """

    class Actor(models.TextChoices):
        PATIENT = "patient", "Patient"
        STAFF = "staff", "Staff"
        SYSTEM = "system", "The product"

    class Injury(models.TextChoices):
        NONE = "none", "Neither"
        WORK = "work", "A work injury"
        CAR = "car", "A car accident"

    class ConfirmedVia(models.TextChoices):
        TEXT = "text", "By text"
        LINK = "link", "Online"
        STAFF = "staff", "By phone"

    reference = models.CharField(max_length=8, unique=True)
    visit_type = models.ForeignKey("scheduler.VisitType", on_delete=models.PROTECT)
    provider = models.ForeignKey("scheduler.Provider", on_delete=models.PROTECT)
    room = models.ForeignKey("scheduler.Room", on_delete=models.PROTECT, null=True, blank=True)
    condition = models.ForeignKey(
        "scheduler.Condition", on_delete=models.PROTECT, null=True, blank=True
    )
    patient = models.ForeignKey(
        "scheduler.Patient", on_delete=models.PROTECT, null=True, blank=True
    )
    contact = models.ForeignKey(
        "scheduler.Contact", on_delete=models.PROTECT, null=True, blank=True
    )
    status = models.CharField(
        max_length=10, choices=[(s.value, s.words) for s in AppointmentStatus]
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    overbook_reason = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - null means "not overbooked" in the constraints
    held_details = models.JSONField(null=True, blank=True)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    hold_owner = models.CharField(max_length=32, blank=True, editable=False)
    code_channel = models.CharField(max_length=5, blank=True)
    code_number = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    interpreter = models.CharField(
        max_length=40, blank=True, help_text="The language to interpret, if one is needed."
    )
    referred_by = models.CharField(max_length=120, blank=True)
    insurance_plan = models.CharField(max_length=120, blank=True)
    injury = models.CharField(max_length=10, choices=Injury, blank=True)
    reminders_on = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_via = models.CharField(max_length=5, choices=ConfirmedVia, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    in_room_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    walk_in = models.BooleanField(default=False, help_text="Came without an appointment.")
    note = models.CharField(
        max_length=500, blank=True, help_text="For staff. Patients never see it."
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=10, choices=Actor, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    changed_late = models.BooleanField(
        default=False, help_text="Moved or canceled under one business day ahead."
    )
    contact_request = models.ForeignKey(
        "scheduler.ContactRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        help_text="Of a contact appointment: the request that this call answers.",
    )
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=10, choices=Actor, default=Actor.PATIENT)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["busy_start"], condition=Q(status__in=_LIVE), name="appointment_live_start"
            ),
            # The calendar shows finished visits too.
            models.Index(fields=["starts_at"], name="appointment_start"),
            models.Index(
                fields=["hold_expires_at"], condition=Q(status="held"), name="appointment_holds"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"))
                & Q(busy_start__lte=F("starts_at"))
                & Q(busy_end__gte=F("ends_at")),
                name="appointment_times_are_forward",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "expired"]) | Q(patient__isnull=False),
                name="appointment_has_a_patient",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(hold_expires_at__isnull=False),
                name="appointment_hold_ends",
            ),
            _no_overlap(
                "appointment_provider_overlap",
                "provider_id",
                "busy_start",
                "busy_end",
                Q(status__in=_LIVE, overbook_reason__isnull=True),
            ),
            _no_overlap(
                "appointment_room_overlap",
                "room_id",
                "busy_start",
                "busy_end",
                Q(status__in=_LIVE, overbook_reason__isnull=True, room_id__isnull=False),
            ),
            _no_overlap(
                "appointment_patient_overlap",
                "patient_id",
                "starts_at",
                "ends_at",
                Q(status__in=sorted(PATIENT_LIVE), patient_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


@pghistory.track()
class ReadyItem(models.Model):
    """One tick of an appointment. No row: as its visit type has it, needed or not."""

    class State(models.TextChoices):
        NOT_NEEDED = "not-needed", "Not needed"
        NEEDED = "needed", "Needed"
        ASKED = "asked", "Asked for"
        RECEIVED = "received", "Received"

    appointment = models.ForeignKey(
        "scheduler.Appointment", on_delete=models.CASCADE, related_name="ready_items"
    )
    item = models.CharField(max_length=15, choices=Readiness)
    state = models.CharField(max_length=10, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "item"], name="ready_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.get_state_display()}"
