"""The signs of a visit's status and its badges: an icon and a word each, never color alone."""

from dataclasses import dataclass

from scheduler.core.status import AppointmentStatus as Status


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands for a status or a badge: an icon of `templates/icons/`, and a word."""

    key: str
    icon: str
    word: str

    @property
    def template(self) -> str:
        return f"icons/{self.icon}.svg"


STATUSES = (
    Mark(Status.HELD, "hourglass", "Being booked"),
    Mark(Status.BOOKED, "calendar", "Booked"),
    Mark(Status.CONFIRMED, "check", "Confirmed"),
    Mark(Status.ARRIVED, "arrived", "Here"),
    Mark(Status.IN_ROOM, "room", "In the room"),
    Mark(Status.COMPLETED, "flag", "Done"),
    Mark(Status.NO_SHOW, "cross", "Missed"),
)
CANCELLED = Mark(Status.CANCELLED, "cross", "Canceled")
BADGES = (
    Mark("first-visit", "star", "First visit"),
    Mark("not-ready", "alert", "Not ready"),
    Mark("confirmed-by-text", "message", "Confirmed by text"),
    Mark("message-trouble", "undelivered", "A message did not arrive"),
    Mark("running-late", "clock", "Provider runs late"),
    Mark("interpreter", "speech", "Interpreter"),
    Mark("overbooked", "layers", "On top of another"),
    Mark("walk-in", "walk", "Walk-in"),
)


def mark_of(status: str) -> Mark:
    """Of any status that staff may look at."""
    return next((mark for mark in STATUSES if mark.key == status), CANCELLED)
