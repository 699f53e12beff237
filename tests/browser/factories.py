"""Visits some days ahead of the real clock, which a browser can't be made to leave."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.links import tokens
from scheduler.links.issue import issue_request_link, token_of
from scheduler.messaging import plan
from scheduler.messaging.consent.stop_reminders import stop_reminders
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.messaging.models import Consent
from scheduler.transports.base import Outgoing
from scheduler.transports.outbox import Outbox
from tests.open_days import open_tuesday
from tests.pages.factories import make_appointment, make_reminder, page_of
from tests.pages.factories import unsubscribe_path as path_to_unsubscribe

FINDLAY = ZoneInfo("America/New_York")


def next_tuesday(*, at: time = time(10)) -> datetime:
    """10:00 in Findlay on the first open Tuesday that is at least a week ahead."""
    day = open_tuesday(datetime.now(FINDLAY).date() + timedelta(days=7))
    return datetime.combine(day, at, FINDLAY).astimezone(UTC)


def bring_to_today(visit: Appointment, start: datetime) -> None:
    """The visit at another start: nobody arrives for one that is days ahead."""
    length = visit.ends_at - visit.starts_at
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=start, busy_start=start, ends_at=start + length, busy_end=start + length
    )
    visit.refresh_from_db()


def make_visit(status: str = "booked", **fields: object) -> Appointment:
    return make_appointment(status=status, start=next_tuesday(), **fields)


def visit_path(status: str = "booked", **fields: object) -> str:
    return page_of(make_visit(status, **fields))


def unsubscribe_path(*, stopped: bool = False) -> str:
    """The link at the end of a reminder that was mailed; `stopped`: it was opened and used."""
    reminder = make_reminder(start=next_tuesday())
    if stopped:
        now = datetime.now(UTC)
        stop_reminders("email", reminder.to, source="link in a reminder", now=now)
    return path_to_unsubscribe(reminder)


def agreed_visit_path() -> str:
    """A visit about which its patient may be sent texts."""
    Consent.objects.create(
        channel="sms",
        address="+14195550123",
        granted=True,
        wording=WORDINGS["en"],
        source="test",
        at=datetime.now(UTC),
    )
    visit = make_visit()
    visit.visit_type.reminder_rules.get_or_create(name="1-day", days_before=1, at=time(10))
    plan.owe_missing_reminders(visit, now=datetime.now(UTC))
    return page_of(visit)


def request_path(status: str = "open", *, hours: int = 30) -> str:
    """A request whose promise lies so many hours ahead."""
    now = datetime.now(UTC)
    request = ContactRequest.objects.create(
        reference=tokens.new_reference(),
        name="Ana Ruiz",
        phone="+14195550123",
        days=[now.date() + timedelta(days=1)],
        note="Is there parking?",
        status=status,
        promised_by=now + timedelta(hours=hours),
        created_at=now,
    )
    issue_request_link(request)
    return f"/contact/r/{token_of(request.links.get())}"


def fill_outbox(folder: Path, *, to: str = "+14195550123") -> None:
    """A text and a mail, as they are left by the product."""
    at = datetime(2026, 11, 16, 15, tzinfo=UTC)
    text = Outgoing(
        message_id="1" * 32,
        to=to,
        text="PMG Findlay: Your visit is booked. Reply 2 to change, STOP to stop.",
    )
    Outbox(folder / "outbox", channel="sms", clock=lambda: at).send(text)
    mail = Outgoing(
        message_id="2" * 32,
        to="ana@example.org",
        subject="PMG Findlay: your visit",
        text="Your visit is booked.",
        html="<html><head><style>p{color:#123131}</style></head>"
        "<body><h1>Your visit</h1><p>It is booked.</p></body></html>",
        calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )
    Outbox(folder / "outbox", channel="email", clock=lambda: at).send(mail)
