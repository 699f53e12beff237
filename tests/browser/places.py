"""Every page and state that has an address of its own, each with what makes that address."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scheduler.links.models import Link
from tests.browser.factories import (
    agreed_visit_path,
    make_visit,
    request_path,
    unsubscribe_path,
    visit_path,
)
from tests.pages.factories import make_appointment, page_of, token


def soon(minutes: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def visit_at(minutes: int) -> str:
    """A visit that begins so many minutes from now."""
    return page_of(make_appointment(start=soon(minutes)))


def information_path(*, days: int = 365) -> str:
    """The link to what is read before a visit; its time is over in so many days."""
    visit = make_visit()
    ends = soon(days * 24 * 60)
    visit.links.filter(purpose=Link.Purpose.INFORMATION).update(expires_at=ends)
    return f"/i/{token(visit, 'i')}"


PLACES: dict[str, Callable[[], str]] = {
    "home": lambda: "/",
    "conditions": lambda: "/conditions/",
    "condition": lambda: "/conditions/post-laminectomy-syndrome/",
    "privacy": lambda: "/privacy/",
    "texting terms": lambda: "/texting-terms/",
    "not found": lambda: "/no-such-page/",
    "link unknown": lambda: f"/a/{'x' * 16}",
    "information": information_path,
    "information link expired": lambda: information_path(days=-1),
    "visit booked": visit_path,
    "visit confirmed": lambda: visit_path("confirmed"),
    "visit held": lambda: visit_path("held", hold_expires_at=soon(15)),
    "visit no longer held": lambda: visit_path("held", hold_expires_at=soon(-1)),
    "visit canceled just now": lambda: visit_path("cancelled", cancelled_at=soon(-1)),
    "visit canceled": lambda: visit_path("cancelled", cancelled_at=soon(-60)),
    "visit moved": lambda: visit_path(version=2) + "?note=moved&v=2",
    "visit soon": lambda: visit_at(60),
    "visit arrived": lambda: visit_path("arrived"),
    "visit past": lambda: visit_at(-120),
    "visit with messages": agreed_visit_path,
    "unsubscribe": unsubscribe_path,
    "unsubscribed": lambda: unsubscribe_path(stopped=True),
    "cancel": lambda: visit_path() + "/cancel",
    "change": lambda: visit_path() + "/change",
    "contact": lambda: "/contact/",
    "request": lambda: request_path() + "?note=asked",
    "request changed": lambda: request_path() + "?note=request-changed",
    "request withdrawn": lambda: request_path("withdrawn"),
    "request answered": lambda: request_path("done"),
    "request late": lambda: request_path(hours=-1),
    "request change": lambda: request_path() + "/change",
    "find": lambda: "/find/",
    "find sent": lambda: "/find/sent/",
    "outbox": lambda: "/outbox/",
}
