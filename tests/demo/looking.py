"""What tests look at in a clinic that was made up: counts, checks and first screens."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import run
from scheduler.messaging.models import Message
from scheduler.replies.models import InboundText
from tests.staff import signed_in

# What a demo holds at the least.
FLOOR = {
    "visits in the next seven days": 60,
    "visits older than ninety days": 300,
    "missed visits": 15,
    "texts that came in": 10,
    "contact requests": 8,
    "messages in trouble": 3,
}
FIRST_SCREENS = {
    DESK: ("/staff/", "/staff/day/", "/staff/calls/", "/staff/messages/", "/staff/ready/"),
    CLINICIAN: ("/staff/my-day/",),
    MANAGER: ("/staff/numbers/", "/staff/time-off/", "/staff/trail/", "/staff/setup/"),
}


def counts(*, now: datetime) -> dict[str, int]:
    visits = Appointment.objects.exclude(status="expired")
    week = visits.filter(starts_at__gt=now, starts_at__lt=now + timedelta(days=7))
    old = visits.filter(starts_at__lt=now - timedelta(days=90))
    trouble = Message.objects.filter(status__in=("failed", "undelivered", "uncertain"))
    found = (
        week.filter(status__in=("booked", "confirmed")),
        old,
        visits.filter(status="no_show"),
        InboundText.objects.all(),
        ContactRequest.objects.all(),
        trouble,
    )
    return dict(zip(FLOOR, (rows.count() for rows in found), strict=True))


def findings(*, now: datetime) -> list[str]:
    """What `manage.py check_data` would say."""
    outcomes = run(every_check(), now=now)
    return [str(finding) for outcome in outcomes for finding in outcome.findings]


def first_screens(role: str) -> dict[str, str]:
    """What somebody of the demo's staff sees, by address."""
    browser = signed_in(User.objects.filter(groups__name=role).earliest("pk"))
    answers = {path: browser.get(path) for path in FIRST_SCREENS[role]}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        answers, 200
    )
    return {path: answer.content.decode() for path, answer in answers.items()}
