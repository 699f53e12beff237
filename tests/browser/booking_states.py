"""Ways through the booking that stop at every state on them and yield its name."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from scheduler.booking.models import Appointment
from scheduler.messaging.models import Message
from tests.browser.booking import Person
from tests.browser.states import take_all_providers
from tests.factories import wrong_code

Walk = Callable[[Page], Iterator[str]]


def with_mistakes(page: Page) -> Iterator[str]:
    """Sends each step empty before it is answered."""
    person = Person(page)
    person.begin()
    for name, answer in (
        ("1 been", person.been),
        ("2 why", person.why),
        ("3 time", person.time),
        ("4 you", person.you),
    ):
        yield name
        person.send()
        yield f"{name} mistake"
        answer()
    yield "5 check"
    person.send()
    yield "6 code"
    person.write("code", wrong_code(Appointment.objects.get()))
    person.send()
    yield "6 code mistake"
    person.code()
    yield "7 done"
    page.locator(".more summary").click()
    yield "7 done questions"
    page.fill("#id_insurance_plan", "Ohio Health Plan")
    person.send()
    yield "7 done answered"


def for_a_helper(page: Page) -> Iterator[str]:
    """A time is lost on the way, and found again; texts and mail are agreed to."""
    person = Person(page)
    person.begin()
    person.been(before=True)
    yield "2 why"
    person.why()
    take_all_providers(page, "follow-up")
    person.time()
    yield "3 time lost"
    person.hand.choose(page.locator(".nearest input").first)
    person.send()
    page.locator("label[for=id_who_1]").click()
    yield "4 you"
    person.send()
    yield "4 you mistake"
    page.locator("label[for=id_sms_consent]").click()
    person.you(helper="Luz Ortega", email="ana@example.org")
    yield "5 check"
    person.send()
    yield "6 code"
    person.code()
    yield "7 done"


def by_landline(page: Page) -> Iterator[str]:
    person = Person(page)
    person.begin()
    for step in (person.been, person.why, person.time):
        step()
    person.you(landline=True)
    yield "5 check"
    person.send()
    yield "7 done"


def without_a_code(page: Page) -> Iterator[str]:
    """The code is asked for again, can't arrive, and then the time is no longer kept."""
    person = Person(page)
    person.begin()
    for step in (person.been, person.why, person.time, person.you, person.send):
        step()
    held = Appointment.objects.get()
    Appointment.objects.update(code_sent_at=timezone.now() - timedelta(minutes=1))
    page.reload()
    page.locator("[name=then][value=sms]").click()
    page.wait_for_load_state()
    yield "6 code again"
    Message.objects.update(status="undelivered")
    page.reload()
    yield "6 code lost"
    Appointment.objects.update(hold_expires_at=held.created_at)
    page.reload()
    yield "6 code lapsed"


def without_a_free_time(page: Page) -> Iterator[str]:
    person = Person(page)
    person.begin()
    person.been()
    person.why()
    page.goto("/book/time/?with=maya-ellison")
    yield "3 time with one provider"
    page.goto("/book/time/?from=2199-01-01")
    yield "3 time later"
    page.goto("/contact/?from=booking")
    yield "ask for a call"


BOOKING: dict[str, Walk] = {
    "new": with_mistakes,
    "helper": for_a_helper,
    "landline": by_landline,
    "code": without_a_code,
    "times": without_a_free_time,
}
