"""Who sees patients, and where."""

import pghistory
from django.conf import settings
from django.db import models

from scheduler.clinic.models.conditions import PLAIN_SLUG


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
