"""Patients' pages against the floor: an empty view with the same queries and the same bytes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book import BookAtOnce
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.links.issue import token_of
from scheduler.patients.person import Person
from tests.benchmarks import world
from tests.benchmarks.clients import Clients, get
from tests.benchmarks.report import Row, rate
from tests.benchmarks.rounds import alternate
from tests.benchmarks.slots import floors
from tests.benchmarks.stage import settle

PART = "pages"
APPOINTMENTS = 2_000
SECONDS = 0.8
ROUNDS = 5
OF_QUERIES = 0.4


def measure(port: int, clients: Clients, *, now: datetime) -> tuple[list[Row], list[str]]:
    world.fill_appointments(APPOINTMENTS, now=now)
    browser = Client(headers={"host": "127.0.0.1"})
    pages = dict(_pages(browser, now=now))
    settle()
    rows = [_row(port, clients, browser, name, path) for name, path in pages.items()]
    note = (
        f"pages: {APPOINTMENTS:,} appointments, {len(world.PROVIDERS)} providers; a session where "
        "the page keeps answers; nothing is cached. Bytes are the page's own, uncompressed."
    )
    return rows, [note]


def _pages(browser: Client, *, now: datetime) -> Iterator[tuple[str, str]]:
    """Name and path of each page, with answers in the browser's session as far as it needs them."""
    visit = _a_visit(now=now)
    yield "home", "/"
    yield "condition", "/conditions/post-laminectomy-syndrome/"
    for path, answer in (("", {"been": "returning"}), ("why/", {"reason": "visit-follow-up"})):
        if browser.post(f"/book/{path}", answer).status_code != 303:
            raise RuntimeError(f"/book/{path} takes no {answer}")
    yield "book", "/book/"
    yield "book: day and time", "/book/time/"
    yield "visit", f"/a/{visit}"
    yield "visit: change", f"/a/{visit}/change"


def _a_visit(*, now: datetime) -> str:
    """The token of a visit in the middle of what is booked."""
    visit = load_visit(world.VISIT_TYPE)
    first, last = world.window(visit, now=now)
    free = load_schedule(visit, first + timedelta(days=7), last, now=now).free_starts
    start = datetime.fromtimestamp(min(starts[0] for starts in free.values()), visit.tz)
    person = Person(name="Ana Ruiz", date_of_birth=date(1958, 3, 9), email="ana@example.org")
    wanted = BookingRequest(visit_type=visit.slug, start=start, person=person)
    booked = reserve(BookAtOnce(wanted), now=now)
    return token_of(Appointment.objects.get(pk=booked.pk).links.get(purpose="a"))


def _row(port: int, clients: Clients, browser: Client, name: str, path: str) -> Row:
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    cookies = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
    queries, size = len(captured), len(answer.content)
    jobs = {
        "page": get(port, path, cookies),
        "floor": floors(port, count=queries, size=size)["queries"],
    }
    cases = {
        case: partial(clients.rate, [job] * clients.count, seconds=SECONDS)
        for case, job in jobs.items()
    }
    rates = alternate(cases, rounds=ROUNDS)
    return Row(
        PART,
        f"{name}, {queries} queries and {size:,} bytes",
        rate(rates.median("page")),
        f"same queries, bytes {rate(rates.median('floor'))}",
        rates.ratio("page", "floor"),
        OF_QUERIES,
    )
