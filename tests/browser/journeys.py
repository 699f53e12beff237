"""What patients come for, from the first page to the last, whatever the language and the device.

Buttons and links are found by what they do, as their words depend on the language.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Message
from scheduler.messaging.plan import LINKS
from tests.browser.booking import Person
from tests.browser.factories import agreed_visit_path, make_visit
from tests.pages.factories import page_of

Journey = Callable[[Person], None]


def _to_the_code(person: Person, *, before: bool = False, helper: str = "") -> None:
    person.begin()
    person.been(before=before)
    person.why()
    person.time(3)
    person.you(helper=helper)
    person.send()


def books_as_a_new_patient(person: Person) -> None:
    _to_the_code(person)
    person.code()
    assert person.page.url.endswith("/book/done/")
    expect(person.page.locator(".visit")).to_be_visible()
    booked = Appointment.objects.get()
    assert (booked.status, booked.visit_type.slug) == ("booked", "new-patient")


def books_as_a_returning_patient(person: Person) -> None:
    _to_the_code(person, before=True)
    person.code()
    booked = Appointment.objects.get()
    assert (booked.status, booked.visit_type.slug) == ("booked", "follow-up")


def books_for_somebody_else(person: Person) -> None:
    _to_the_code(person, helper="Luz Ortega")
    person.code()
    booked = Appointment.objects.get()
    assert (booked.contact.name, booked.contact.relation) == ("Luz Ortega", "child")
    assert booked.patient.name == "Ana Ruiz"


def books_by_landline(person: Person) -> None:
    person.begin()
    person.been()
    person.why()
    person.time()
    person.you(landline=True)
    person.send()
    held = Appointment.objects.get()
    assert held.status == "held"
    assert held.hold_expires_at is not None
    assert held.hold_expires_at > datetime.now(UTC) + timedelta(minutes=30)


def _visit_of(person: Person) -> Appointment:
    """Their pages open in the language that they are written to in, whatever the browser's is."""
    visit = make_visit()
    Appointment.objects.update(language=person.language)
    return visit


def changes_the_time(person: Person) -> None:
    visit = _visit_of(person)
    person.page.goto(page_of(visit))
    person.go("main a[href$='/change']")
    person.time(2)
    expect(person.page.locator(".usa-alert--success")).to_be_visible()
    moved = Appointment.objects.get()
    assert moved.starts_at != visit.starts_at
    assert moved.version == visit.version + 1


def cancels_and_takes_it_back(person: Person) -> None:
    person.page.goto(page_of(_visit_of(person)))
    person.go("main a[href$='/cancel']")
    person.hand.write(person.page.locator("#reason"), "It snows.")
    person.send()
    assert Appointment.objects.get().status == "cancelled"
    person.send()
    assert Appointment.objects.get().status == "booked"


def finds_a_lost_link(person: Person) -> None:
    agreed_visit_path()
    person.page.goto("/")
    person.go("main a[href='/find/']")
    person.write("address", "(419) 555-0123")
    person.send()
    assert person.page.url.endswith("/find/sent/")
    assert Message.objects.filter(kind=LINKS, to="+14195550123").exists()


def asks_for_a_call(person: Person) -> None:
    person.page.goto("/")
    person.go("main a[href='/contact/']")
    person.hand.choose(person.page.locator("#id_topic_3"))
    person.write("name", "Ana Ruiz")
    person.write("phone", "(419) 555-0123")
    person.send()
    expect(person.page.locator(".usa-alert--success")).to_be_visible()
    asked = ContactRequest.objects.get()
    assert (asked.topic, asked.status) == ("question", "open")


JOURNEYS: dict[str, Journey] = {
    "new": books_as_a_new_patient,
    "returning": books_as_a_returning_patient,
    "helper": books_for_somebody_else,
    "landline": books_by_landline,
    "change": changes_the_time,
    "cancel": cancels_and_takes_it_back,
    "lost link": finds_a_lost_link,
    "call": asks_for_a_call,
}
