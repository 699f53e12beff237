"""The staff's menu: what each role may open, in the order of a day's work."""

from dataclasses import dataclass

from scheduler.accounts.access import User, may
from scheduler.accounts.roles import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """`icon` names a file of `templates/icons/`; `rights`: any of them opens it."""

    name: str
    path: str
    icon: str
    rights: tuple[Right, ...]

    @property
    def template(self) -> str:
        return f"icons/{self.icon}.svg"

    def is_here(self, path: str) -> bool:
        """Whether a path is this entry's page, or one below it."""
        return path == self.path or (self.path != "/staff/" and path.startswith(self.path))


ENTRIES = (
    Entry("Calendar", "/staff/", "calendar", (Right.SEE_CALENDAR,)),
    Entry("Today", "/staff/day/", "clock", (Right.SEE_CALENDAR,)),
    Entry("My day", "/staff/my-day/", "clock", (Right.SEE_OWN_DAY,)),
    Entry("Calls", "/staff/calls/", "phone", (Right.WORK_QUEUE,)),
    Entry("Messages", "/staff/messages/", "message", (Right.SEE_MESSAGES,)),
    Entry("Patients", "/staff/patients/", "person", (Right.SEE_PATIENTS,)),
    Entry("Readiness", "/staff/ready/", "check", (Right.BOOK,)),
    Entry("Time off", "/staff/time-off/", "cross", (Right.CLOSE_HOURS,)),
    Entry("Numbers", "/staff/numbers/", "chart", (Right.SEE_NUMBERS,)),
    Entry("Trail", "/staff/trail/", "eye", (Right.SEE_AUDIT_LOG,)),
    Entry("Set-up", "/staff/setup/", "gear", (Right.SET_UP,)),
)


def menu_of(user: User) -> list[Entry]:
    """What the user may open; the first is where they start."""
    return [entry for entry in ENTRIES if any(may(user, right) for right in entry.rights)]
