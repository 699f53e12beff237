"""Why a visit can't be booked, moved or changed: what is raised, and what it knows of the cause."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Alternative:
    start: datetime
    end: datetime
    provider: str


class UnknownCondition(Exception):
    """No published condition has this slug."""


class UnderAge(Exception):
    """The patient is under 18 on the day: the clinic wants to be called."""


class PhoneNeeded(Exception):
    """The visit is a call, and no number to call was given."""


class PatientBusy(Exception):
    """The patient has another visit at that time."""


class TooManyHolds(Exception):
    """Unfinished bookings keep a fifth of that day already."""


class SlotTaken(Exception):
    """Somebody has that time. `alternatives` are the nearest free ones, soonest first."""

    def __init__(self, alternatives: list[Alternative]) -> None:
        super().__init__("that time is taken")
        self.alternatives = alternatives


class NotOffered(Exception):
    """The start breaks a rule: `reason` is past, notice, horizon, grid or closed (also by time off
    that not even a visit on top of others may stand in)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyBooked(Exception):
    """The patient has an upcoming online visit of this type."""


class StaleVersion(Exception):
    """The appointment changed since the caller looked at it."""


class TooLateToMove(Exception):
    """Patients can't move it online any more; the clinic can."""


class SameTime(Exception):
    """It already is at that time."""


class TooLateToUndo(Exception):
    """A patient can take a cancellation back for ten minutes."""


class NotItsDay(Exception):
    """A visit of another day has not begun: whoever comes early is moved to today first."""


class AwaitsCall(Exception):
    """A time is kept for this number already; it is given up, or booked, in that call."""


class WrongCode(Exception):
    """Not the code that was sent last. `tries_left` is 0 where a new code must be asked for."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong code")
        self.tries_left = tries_left


class NotForACall(Exception):
    """No call was asked for about this time: it is kept as an offer."""


class NoSuchContact(Exception):
    """The hold names no number (or no mail address) to send a code to by this channel."""


class HoldExpired(Exception):
    """The time is no longer kept."""


class AlreadyVerified(Exception):
    """The hold was finished: the appointment is booked."""


class TooSoon(Exception):
    """A code went out just now. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("a code was sent just now")
        self.retry_after = retry_after


class RequestAnswered(Exception):
    """Somebody has answered this contact request already."""


class MayBeKnown(Exception):
    """The new patient resembles these; staff are to say whether it is one of them."""

    def __init__(self, patients: list[Patient]) -> None:
        super().__init__("may be known")
        self.patients = patients
