"""Take on a call about a visit, so that nobody else makes it; or give it back."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.contact_requests.claim_call import _refuse_other
from scheduler.contact_requests.models import CallClaim


def claim_visit(
    appointment_id: int, *, by: User, instead_of: int | None = None, now: datetime
) -> None:
    """The same for the call about a visit or a time that is kept. Raises ClaimedBy."""
    with transaction.atomic():
        claims = CallClaim.objects.filter(appointment=appointment_id)
        if instead_of is not None:
            claims.filter(by=instead_of).delete()
        CallClaim.objects.bulk_create(
            [CallClaim(appointment_id=appointment_id, by_id=by.pk, at=now)], ignore_conflicts=True
        )
        _refuse_other(claims.select_related("by").get().by, by)


def give_back_visit(appointment_id: int, *, by: User) -> None:
    CallClaim.objects.filter(appointment=appointment_id, by=by.pk).delete()
