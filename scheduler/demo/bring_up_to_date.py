"""A demo of another day is loaded anew, unless somebody has changed it by hand."""

from datetime import datetime
from enum import StrEnum

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from pghistory.models import Event

from scheduler.accounts.models import SecondStep, StaffMember, StaffRole
from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.demo.load import load_demo
from scheduler.demo.remove import remove_demo
from scheduler.patients.models import Patient

# Signing in and a second step change nobody's day.
_OF_SIGNING_IN = (StaffMember, StaffRole, SecondStep)
_BROUGHT_IN = (Patient, Appointment)


class Outcome(StrEnum):
    LOADED = "loaded"
    RENEWED = "renewed"
    OF_TODAY = "of today"
    CHANGED = "changed"
    """Somebody worked with it: it stays as it is."""
    REFUSED = "refused"
    """Somebody sees patients here already."""


def bring_up_to_date(*, now: datetime, keep: tuple[str, ...] = ()) -> Outcome:
    """Load the demo, or load it anew where it is of another day and nobody changed anything since.

    People who sign in by a name in `keep` stay.
    """
    clinic = current_clinic()
    since = clinic.demo_loaded_at
    if since is None:
        return Outcome.LOADED if load_demo(now=now) else Outcome.REFUSED
    if since.astimezone(clinic.zone).date() == now.astimezone(clinic.zone).date():
        return Outcome.OF_TODAY
    if changed_by_hand(since):
        return Outcome.CHANGED
    with transaction.atomic():
        remove_demo(keep=keep)
        load_demo(now=now)
    return Outcome.RENEWED


def changed_by_hand(since: datetime) -> bool:
    """Whether the histories tell of a request that changed something, or of people and visits that
    a command brought in: what the product does by itself has no context, and brings in neither."""
    for history in apps.get_app_config("scheduler").get_models():
        if not issubclass(history, Event) or history.pgh_tracked_model in _OF_SIGNING_IN:
            continue
        by_somebody = Q(pgh_context__isnull=False)
        if history.pgh_tracked_model in _BROUGHT_IN:
            by_somebody |= Q(pgh_label="insert")
        if history.objects.filter(by_somebody, pgh_created_at__gt=since).exists():
            return True
    return False
