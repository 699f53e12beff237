"""The staff's calendar of a busy week against the floor with the same queries and bytes, both for
a signed-in session and through the same middleware."""

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import product

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.accounts.load_roles import load_roles
from scheduler.accounts.roles import DESK
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, VisitType, WeeklyHours
from scheduler.links import tokens
from scheduler.messaging.models import Message
from scheduler.patients.models import Patient
from tests.benchmarks import world
from tests.benchmarks.clients import Clients, fetch, get
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import alternate
from tests.benchmarks.stage import settle

PART = "staff calendar"
PROVIDERS, DAYS, A_DAY = 10, 5, 20
VISITS = PROVIDERS * DAYS * A_DAY
LENGTH = timedelta(minutes=20)
OPENS, CLOSES = time(8), time(17)
STATUSES = ("booked", "confirmed", "completed", "booked", "confirmed", "no_show")
SECONDS = 1.0
ROUNDS = 7
OF_QUERIES = 0.4


def measure(port: int, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    monday = _next_monday(now)
    fill_week(monday, now=now)
    settle()
    browser = signed_in()
    cookies = (
        f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
    )
    path = f"/api/v1/staff/calendar?from={monday}&to={monday + timedelta(days=6)}"
    body = fetch(port, get(port, path, cookies))
    count = _queries(browser, path) - _queries(browser, _floor(0, 2))
    jobs = {
        "floor": get(port, _floor(count, len(body)), cookies),
        "calendar": get(port, path, cookies),
    }
    cases = {
        name: partial(clients.rate, [job] * clients.count, seconds=SECONDS)
        for name, job in jobs.items()
    }
    rates = alternate(cases, rounds=ROUNDS)
    row = Row(
        PART,
        f"a week of {PROVIDERS} providers and {VISITS:,} visits, {len(body):,} bytes",
        rate(rates.median("calendar")),
        f"same {count} queries, bytes, session {rate(rates.median('floor'))}",
        rates.ratio("calendar", "floor"),
        OF_QUERIES,
    )
    clear_week()
    note = "calendar: each answer also leaves its row of a thousand patients on the trail."
    return [row], [note]


def clear_week() -> None:
    """What is measured next finds the three providers it knows."""
    world.empty()
    Provider.objects.exclude(slug__in=world.PROVIDERS).delete()


def fill_week(monday: date, *, now: datetime) -> None:
    """Ten providers with twenty visits a day each, Monday to Friday, two messages a visit."""
    world.empty()
    visit = load_visit(world.VISIT_TYPE)
    providers = [_provider(number) for number in range(PROVIDERS)]
    places = list(product(providers, range(DAYS), range(A_DAY)))
    patients = Patient.objects.bulk_create(
        Patient(name=f"Patient Number {n}", folded_name=f"patient number {n}", created_at=now)
        for n in range(len(places))
    )
    visits = []
    for number, (provider, day, place) in enumerate(places):
        opens = datetime.combine(monday + timedelta(days=day), OPENS, visit.tz)
        starts = opens + place * LENGTH
        visits.append(
            Appointment(
                reference=tokens.new_reference(),
                visit_type_id=visit.id,
                provider=provider,
                patient=patients[number],
                status=STATUSES[number % len(STATUSES)],
                starts_at=starts,
                ends_at=starts + LENGTH,
                busy_start=starts,
                busy_end=starts + LENGTH,
                confirmed_via="text" if number % 6 == 1 else "",
                created_at=now,
            )
        )
    Appointment.objects.bulk_create(visits)
    Message.objects.bulk_create(
        Message(
            appointment=one,
            kind=kind,
            channel="sms",
            to="+14195550100",
            language="en",
            status="failed" if number % 50 == 0 else "delivered",
            due_at=now,
            next_attempt_at=now,
            expires_at=now,
            created_at=now,
        )
        for number, one in enumerate(visits)
        for kind in ("confirmation", "reminder-3-days")
    )
    world.vacuum()


def _provider(number: int) -> Provider:
    slug = f"week-{number}"
    provider, made = Provider.objects.get_or_create(
        slug=slug, defaults={"name": f"Doctor {number}"}
    )
    if made:
        WeeklyHours.objects.bulk_create(
            WeeklyHours(provider=provider, weekday=weekday, opens=OPENS, closes=CLOSES)
            for weekday in range(DAYS)
        )
        VisitType.objects.filter(slug=world.VISIT_TYPE).update(needs=["insurance"])
    return provider


def signed_in() -> Client:
    """The front desk, with its second step, as the product requires outside DEBUG."""
    load_roles()
    user, made = User.objects.get_or_create(username="desk")
    if made:
        user.groups.add(Group.objects.get(name=DESK))
        TOTP.activate(user, generate_totp_secret())
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _floor(count: int, size: int) -> str:
    return f"/api/v1/staff/floors/queries?count={count}&size={size}"


def _queries(browser: Client, path: str) -> int:
    """What an answer asks the database for, counted in this process."""
    answers = [browser.get(path)]
    with CaptureQueriesContext(connection) as captured:
        answers.append(browser.get(path))
    if any(answer.status_code != 200 for answer in answers):
        raise RuntimeError(answers[-1].content.decode())
    return len(captured)


def _next_monday(now: datetime) -> date:
    return now.date() + timedelta(days=7 - now.weekday())
