"""Why a visit can't be booked, moved or changed: what is raised, and what it knows of the cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.core.refusal import Audience, Refusal
from scheduler.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Alternative:
    start: datetime
    end: datetime
    provider: str


class UnknownCondition(Refusal):
    """No published condition has this slug."""

    code = "unknown-condition"
    status = 422
    field = "condition"
    met_by = Audience.PATIENT | Audience.API


class UnderAge(Refusal):
    """The patient is under 18 on the day: the clinic wants to be called."""

    code = "under-age"
    status = 422
    field = "patient.date_of_birth"
    met_by = Audience.PATIENT | Audience.API


class PhoneNeeded(Refusal):
    """The visit is a call, and no number to call was given."""

    code = "phone-needed"
    status = 422
    field = "patient.phone"


class PatientBusy(Refusal):
    """The patient has another visit at that time."""

    code = "patient-busy"
    field = "start"


class TooManyHolds(Refusal):
    """Unfinished bookings keep a fifth of that day already."""

    code = "day-held"
    field = "start"
    met_by = Audience.PATIENT | Audience.API
    # Its free times are what others are choosing just now.
    alternatives: tuple[Alternative, ...] = ()


class SlotTaken(Refusal):
    """Somebody has that time. `alternatives` are the nearest free ones, soonest first, once they
    were looked for."""

    code = "slot-taken"
    field = "start"
    alternatives: Sequence[Alternative] = ()


class LapsedHold(SlotTaken):
    """Only a hold that ran out stands there, of which the constraint alone knows: whoever opened
    the transaction expires what is busy between these two instants, and tries once more."""

    def __init__(self, busy_start: datetime, busy_end: datetime) -> None:
        super().__init__()
        self.busy_start, self.busy_end = busy_start, busy_end


class NotOffered(Refusal):
    """The start breaks a rule, which is the reason: "closed" where nobody works then. "time-off" is
    why it can't be had even for a visit on top of others."""

    code = "not-offered"
    status = 422
    field = "start"
    reasons = ("past", "notice", "horizon", "grid", "closed", "time-off")

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


class AlreadyBooked(Refusal):
    """The patient has an upcoming online visit of this type."""

    code = "already-booked"
    field = "visit_type"


class StaleVersion(Refusal):
    """The appointment changed since the caller looked at it."""

    code = "stale-version"
    field = "version"


class TooLateToMove(Refusal):
    """Patients can't move it online any more; the clinic can."""

    code = "too-late"
    field = "start"
    met_by = Audience.PATIENT | Audience.API


class SameTime(Refusal):
    """It already is at that time; a patient's page leads back to the visit without a word."""

    code = "same-time"
    status = 422
    field = "start"
    met_by = Audience.STAFF | Audience.API


class TooLateToUndo(Refusal):
    """A patient can take a cancellation back for ten minutes."""

    code = "too-late-to-undo"
    met_by = Audience.PATIENT | Audience.STAFF


class NotItsDay(Refusal):
    """A visit of another day has not begun: whoever comes early is moved to today first."""

    code = "not-its-day"
    met_by = Audience.STAFF


class AwaitsCall(Refusal):
    """A time is kept for this number already; it is given up, or booked, in that call."""

    code = "awaits-call"
    field = "patient.phone"
    met_by = Audience.PATIENT | Audience.API


class WrongCode(Refusal):
    """Not the code that was sent last. `tries_left` is 0 where a new code must be asked for."""

    code = "wrong-code"
    status = 422
    field = "code"
    met_by = Audience.PATIENT | Audience.API
    reasons = ("tries-left", "no-tries-left")

    def __init__(self, tries_left: int) -> None:
        reason = "tries-left" if tries_left else "no-tries-left"
        super().__init__("wrong code", reason=reason, tries_left=tries_left)
        self.tries_left = tries_left


class NotForACall(Refusal):
    """No call was asked for about this time: it is kept as an offer."""

    code = "not-for-a-call"
    met_by = Audience.STAFF


class NoSuchContact(Refusal):
    """The hold names no number (or no mail address) to send a code to by this channel."""

    code = "no-such-contact"
    status = 422
    field = "channel"
    met_by = Audience.PATIENT | Audience.API


class HoldExpired(Refusal):
    """The time is no longer kept; a patient's page shows that and offers to keep it again."""

    code = "hold-expired"
    field = "token"
    met_by = Audience.STAFF | Audience.API


class AlreadyVerified(Refusal):
    """The hold was finished: the appointment is booked, and a patient's page leads to it."""

    code = "already-verified"
    field = "code"
    met_by = Audience.STAFF | Audience.API


class TooSoon(Refusal):
    """A code went out just now. `retry_after` is in seconds."""

    code = "code-just-sent"
    status = 429
    field = "channel"
    met_by = Audience.PATIENT | Audience.API
    retry_after: int

    def __init__(self, retry_after: int) -> None:
        super().__init__("a code was sent just now", retry_after=retry_after)


class RequestAnswered(Refusal):
    """Somebody has answered this contact request already."""

    code = "request-answered"
    met_by = Audience.STAFF


class MayBeKnown(Refusal):
    """The new patient resembles these; staff are to say whether it is one of them."""

    code = "may-be-known"
    met_by = Audience.STAFF

    def __init__(self, patients: list[Patient]) -> None:
        super().__init__("may be known")
        self.patients = patients


def may_overbook(refusal: Refusal) -> bool:
    """Whether staff may put the visit there all the same, if they say why."""
    return isinstance(refusal, SlotTaken) or refusal.reason == "closed"
