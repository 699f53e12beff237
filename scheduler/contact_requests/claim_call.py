"""Take on a call, so that nobody else makes it; or give it back."""

from datetime import datetime

from django.contrib.auth.models import User

from scheduler.contact_requests.models import ContactRequest
from scheduler.core.refusal import Audience, Refusal


class ClaimedBy(Refusal):
    """Somebody else has it: who, by name."""

    code = "claimed"
    met_by = Audience.STAFF

    def __init__(self, name: str) -> None:
        super().__init__(name, name=name)


class NothingToClaim(Refusal):
    """The call is off the queue."""

    code = "call-over"
    met_by = Audience.STAFF


def claim_request(
    request_id: int, *, by: User, instead_of: int | None = None, now: datetime
) -> None:
    """Take on a request that nobody has, or over from who has it (`instead_of`, a user's id).

    Of two at once one wins. Raises ClaimedBy and NothingToClaim.
    """
    found = ContactRequest.objects.filter(pk=request_id, status=ContactRequest.Status.OPEN)
    if found.filter(claimed_by=instead_of).update(claimed_by=by.pk, claimed_at=now):
        return
    request = found.select_related("claimed_by").first()
    if request is None:
        raise NothingToClaim
    _refuse_other(request.claimed_by, by)


def give_back_request(request_id: int, *, by: User) -> None:
    """Leave it to others; what somebody else has stays theirs."""
    ContactRequest.objects.filter(pk=request_id, claimed_by=by.pk).update(
        claimed_by=None, claimed_at=None
    )


def _refuse_other(holder: User | None, by: User) -> None:
    if holder is not None and holder.pk != by.pk:
        raise ClaimedBy(holder.get_full_name() or holder.get_username())
