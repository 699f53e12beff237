"""A mail scanner that opens every link, runs the scripts and tries the forms' addresses, too."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from scheduler.availability.load_schedule import load_schedule
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.contact_requests.models import ContactRequest
from scheduler.contact_requests.request import request_contact
from scheduler.messaging.send_links import send_links
from tests import factories
from tests.browser.booking import Person
from tests.pages.contact_requests.test_contact_crawler import (
    ELSEWHERE,
    Links,
    links_of_messages,
    one_of_each,
    rows,
)

pytestmark = pytest.mark.django_db(transaction=True)
TARGETS = """() => [
  ...[...document.querySelectorAll("a[href]")].map(link => link.href),
  ...[...document.querySelectorAll("form[action]")].map(form => form.action)]"""
# A calendar file is saved, and an address that only takes forms has nothing to say.
SHOWN_BY_NO_BROWSER = (".ics", "/language/")
# Where links in messages lead; in this test another port answers.
PUBLIC = "127.0.0.1:8000"


def targets(page: Page, path: str) -> list[str]:
    """Opens a page; the addresses of this site that it names, as paths."""
    if path.endswith(SHOWN_BY_NO_BROWSER):
        assert page.request.get(path).status < 500
        return []
    page.goto(path)
    own = urlsplit(page.url).netloc
    found = [urlsplit(urljoin(page.url, target)) for target in page.evaluate(TARGETS)]
    here = [one for one in found if one.netloc in {own, PUBLIC} and one.scheme == "http"]
    return [one.path + (f"?{one.query}" if one.query else "") for one in here]


def crawl(page: Page, start: set[str]) -> set[str]:
    """All that can be reached. The same page for other days or another provider is seen once."""
    waiting, seen = sorted(start), dict[tuple[str, ...], str]()
    while waiting:
        path = waiting.pop()
        kind = (urlsplit(path).path, *sorted(parse_qs(urlsplit(path).query)))
        if kind not in seen and not path.startswith(ELSEWHERE):
            seen[kind] = path
            waiting += targets(page, path)
    return set(seen.values())


def free_starts() -> list[datetime]:
    """Starts far enough ahead that moving and reminding are possible, an hour or more apart."""
    visit, now = load_visit("new-patient"), timezone.now()
    first = visit.local_day(now) + timedelta(days=7)
    free = load_schedule(visit, first, first + timedelta(days=14), now=now).free_starts
    [starts] = free.values()
    return [datetime.fromtimestamp(at, visit.tz) for at in starts[::5]]


@pytest.fixture
def sent() -> Links:
    """The links of messages of a visit that was moved, a hold, and a request to be called."""
    now = timezone.now()
    factories.make_clinic()
    factories.make_provider("dana", "new-patient", "follow-up")
    first, second, third, *_ = free_starts()
    visit = factories.book(first, now=now)
    factories.hold(second, now=now, person=factories.somebody(1, email_consent=False))
    reschedule(visit.pk, third, by=factories.PATIENT, now=now)
    send_links(("sms", factories.PHONE), network="unknown", now=now)
    asked = ContactRequest(name="Ana Ruiz", phone=factories.PHONE, email=factories.EMAIL)
    request_contact(asked, network="unknown", now=now)
    return links_of_messages(now=now)


class TestAScanner:
    def test_of_all_messages_and_pages_changes_no_row(self, page: Page, sent: Links) -> None:
        assert {place for *_whose, place in sent} == {"/a/", "/i/", "/u/", "/co"}
        before = rows()
        seen = crawl(page, {"/", *one_of_each(sent)})
        assert changed(before) == set()
        for part in ("confirm", "cancel", "change", "preferences", "withdraw", "calendar.ics"):
            assert any(part in path for path in seen), part
        assert {"/book/", "/contact/", "/find/", "/language/"} <= seen

    def test_in_the_middle_of_a_booking_and_after_it_changes_no_row(
        self, page: Page, sent: Links
    ) -> None:
        Appointment.objects.filter(status="held").update(status="expired")
        person = Person(page)
        person.begin()
        for step in (person.been, person.why, person.time):
            step()
        person.you(phone="419 555 0188", name="Rosa Lee")
        person.send()
        steps = {f"/book/{step}/" for step in ("why", "time", "you", "check", "code", "done")}
        before = rows()
        assert {"sessions.Session", "scheduler.Appointment"} <= before.keys()
        assert steps <= crawl(page, {"/book/", "/contact/?from=booking", *steps})
        assert changed(before) == set()
        page.goto("/book/code/")
        person.code()
        before = rows()
        crawl(page, {"/book/", *steps})
        assert changed(before) == set()


def changed(before: dict[str, list[object]]) -> set[str]:
    after = rows()
    return {name for name in before if before[name] != after[name]}
