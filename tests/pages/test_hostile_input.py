"""No answer of a page or an endpoint is a 500, whatever is sent and whoever sends it.

Addresses are found from the URL resolver, and the names of fields from the pages' forms and from
what the source asks a request for: a new page is asked without being listed anywhere. Every
address is sent a sample, always the same one; `--long` sends everything, for many minutes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.booking.models import Appointment
from scheduler.clinic.models import OpenHoliday, Provider
from scheduler.links.issue import token_of, unsubscribe_token
from scheduler.patients.models import Patient
from scheduler.replies.receive import receive
from tests.calls import ask as ask_to_be_called
from tests.calls import call_desk, keep
from tests.closures.closing import plan, sent_offer
from tests.factories import (
    NOW,
    PHONE,
    a_person,
    at,
    book,
    make_provider,
    make_time_off,
)
from tests.pages.hostile import (
    IN_PATHS,
    VALUES,
    Answers,
    Caller,
    Shot,
    filled,
    forms_of,
    row_of,
    typed_into,
    written_to,
)
from tests.pages.staff.test_doors import DOORS, every_route
from tests.pages.visitor import Visitor
from tests.staff import make_clinician, make_user, signed_in

pytestmark = pytest.mark.django_db
ROWS = (
    ("staff/calls/hold/", "StaffTask"),
    ("staff/calls/", "ContactRequest"),
    ("staff/messages/text/", "InboundText"),
    ("staff/messages/task/", "StaffTask"),
    ("staff/messages/again/", "Message"),
    ("staff/setup/hours/", "Provider"),
    ("staff/setup/visit-types/", "VisitType"),
    ("staff/setup/reminders/", "VisitType"),
    ("staff/setup/people/", "User"),
    ("staff/time-off/snow/", "EmergencyClosure"),
    ("staff/time-off/", "TimeOff"),
)

# They are asked by machines, and have tests of their own.
MACHINES = ("webhooks", "healthz", "readyz", "metrics", "api/v1/openapi.json", "api/v1/docs")
STAFF = ("staff/", "api/v1/staff/", "admin/")
# Django's own pages for its own tables, which are not the product's.
DJANGOS = re.compile(r"admin/(auth|account|mfa|r|\^|\()")
# The same in Django for every table, and without a field of ours: the long form's.
ALIKE = re.compile(
    r"admin/scheduler/\w+/(add/|<path:object_id>/(history/|delete/)?)?$|staff/account/"
)
# Not reached by who is signed in, or not before something else was done.
NEVER_REACHED = re.compile(
    r"staff/account/|admin/(jsi18n|autocomplete|password|login|logout)"
    r"|admin/scheduler/\w+/(add|<path:object_id>/(delete/)?$)|staff/my-day/"
)

# A good body for each address of the staff's API that takes one.
STAFF_BODIES: dict[str, dict[str, Any]] = {
    "move": {
        "start": "2026-12-02T11:00",
        "provider": "dana",
        "version": 1,
        "tell": True,
        "overbook_reason": "",
    },
    "mark": {"to": "no_show", "version": 1},
}
# They take a day, which may be any word.
DAYS = (
    "/staff/",
    "/staff/day/",
    "/staff/day/sheet/",
    "/staff/my-day/",
    "/staff/find/",
    "/staff/numbers/",
    "/staff/trail/",
    "/staff/appointments/{reference}/move",
)
MANY_DIGITS = "9" * 5000
# How much of what can be sent is sent in the long form: to a form, after every value went to its
# address under every name; and to an address or form of the admin, which is mostly Django's.
AT_A_FORM, AT_THE_ADMIN = 40, 15
SENT = (
    ("/staff/calls/{request}/arrange/", {"start": "0001-01-01T00:00:00+14:00"}),
    ("/staff/calls/{request}/arrange/", {"start": "9999-12-31T23:55:00-14:00"}),
    ("/staff/calls/{request}/patient/", {"patient": MANY_DIGITS}),
    ("/staff/calls/request/{request}/claim/", {"from": MANY_DIGITS}),
    ("/staff/appointments/{reference}/act", {"act": "arrived", "version": MANY_DIGITS}),
    ("/staff/appointments/{reference}/act", {"act": "arrived", "version": "²"}),
    ("/staff/appointments/{reference}/act", {"act": "note", "note": "x\x00y", "version": "1"}),
    ("/staff/appointments/{reference}/act", {"act": "cancel", "reason": "x\x00y"}),
    ("/staff/book/", {"start": "9999-12-31T23:55", "patient": MANY_DIGITS}),
)


@pytest.fixture
def world(dana: Provider) -> dict[str, Any]:
    """A row for every address: visits of all kinds, calls to make, texts to answer, a closed day.
    What stands in an address, by its name."""
    call_desk()
    make_provider("erin")
    offer = sent_offer()
    visit = book(at("2026-12-02 10:00"), person=a_person(name="Zebulon Quartz"))
    keep(at("2026-12-02 13:00"))
    request = ask_to_be_called()
    receive("SM1", PHONE, "Can you help me?", now=NOW)
    plan(day=at("2026-11-30 00:00").date())
    make_time_off("2026-12-10", provider=dana).save()
    OpenHoliday.objects.create(day=at("2026-12-25 00:00").date())
    return {
        "visit": visit,
        "offered": offer.appointment,
        "request": request,
        "other": Patient.objects.order_by("pk")[1].pk,
        "offer_pk": offer.pk,
        "reference": visit.reference,
        "slug": "dana",
        "state": "due",
        "kind": "confirmation",
        "part": "sms",
        "language": "en",
        "id": "1",
        "content_type_id": "1",
        "entry_id": "1",
        "url": "x",
    }


class Addresses:
    """The address of a route, with a row of the world in it that the route is about."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.world = world
        self.rows: dict[type[Model], int] = {}

    def of(self, route: str) -> dict[str, Any]:
        """The values of the parts of the route, by their names."""
        given = {**self.world, "pk": self.first_of(row_of(route, ROWS))}
        given["object_id"] = given["pk"]
        if route.startswith("staff/calls/<slug:kind>"):
            given["kind"] = "request"
        if route.startswith(("a/", "i/", "api/v1/appointments/")):
            owner: Appointment = given["offered" if "offer" in route else "visit"]
            given["token"] = token_of(owner.links.get(purpose="i" if route[0] == "i" else "a"))
        if route.startswith("u/"):
            visit: Appointment = given["visit"]
            mail = visit.messages.filter(channel="email").earliest("pk")
            given["token"] = unsubscribe_token(mail.public_id.hex, visit.links.all())
        if route.startswith("contact/r/"):
            given["token"] = token_of(given["request"].links.get())
        if "conditions" in route:
            given["slug"] = "post-laminectomy-syndrome"
        return given

    def first_of(self, model: type[Model]) -> int:
        if model not in self.rows:
            row = model._default_manager.order_by("pk").first()
            self.rows[model] = row.pk if row else 999_999
        return self.rows[model]


@dataclass
class Attack:
    """Every value to every route, and a part of what can be typed into its forms; or, for each, one
    spoiled request for a form of a kind not seen before, and one of all the others where it has
    none. `who` is part of the seed: each role is sent something else."""

    caller: Caller
    world: dict[str, Any]
    who: str
    everything: bool
    seen: set[str] = field(default_factory=set)

    def run(self, routes: Iterable[str]) -> None:
        addresses = Addresses(self.world)
        for route in routes:
            given = addresses.of(route)
            path = filled(route, given)
            page = self.caller.ask(Shot("get", path))
            methods = ["get", "post"]
            if page.status_code == 405:
                self.caller.ask(Shot("post", path))
                methods = ["post"]
            kinds = {form.kind: form for form in forms_of(page, path)}
            forms = [form for kind, form in kinds.items() if kind not in self.seen]
            self.seen |= kinds.keys()
            for form in forms:
                self.send(form.spoiled(), form.kind, many=AT_A_FORM)
            if self.everything or not forms:
                self.throw(route, given, methods)

    def throw(self, route: str, given: dict[str, Any], methods: Iterable[str]) -> None:
        """What needs no page to be seen before."""
        path = filled(route, given)
        shots = [*typed_into(path, methods, f"{self.who} {route}"), *in_the_path(route, given)]
        self.send(shots, route)

    def send(
        self, shots: Iterable[Shot], about: str, *, few: int = 1, many: int | None = None
    ) -> None:
        """`few` of them, by the seed; in the long form `many`, or all."""
        found = list(shots)
        most = many if self.everything else few
        if self.everything and "admin/" in about:
            most = AT_THE_ADMIN
        if most is not None and len(found) > most:
            found = Random(f"{self.who} {about}").sample(found, most)
        for shot in found:
            self.caller.ask(shot)


def in_the_path(route: str, given: dict[str, Any]) -> Iterator[Shot]:
    for name in re.findall(r"<(?:\w+:)?(\w+)>", route):
        for value in IN_PATHS:
            yield Shot("get", filled(route, {**given, name: value}))


@pytest.fixture
def everything(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture
def answers() -> Iterator[Answers]:
    """What the test is told, none of it an error of the server."""
    found = Answers()
    yield found
    assert not found.errors, found.report()


def staff_routes() -> list[str]:
    return [one for one in every_route() if one.startswith(STAFF) and not DJANGOS.match(one)]


def browser_of(role: str, dana: Provider) -> Client:
    user = make_clinician(dana) if role == CLINICIAN else make_user(role, f"a-{role.lower()}")
    user.is_superuser = role == MANAGER
    user.save()
    return signed_in(user)


class TestStaffWhoSendWhatNobodyTypes:
    @pytest.mark.parametrize("role", [DESK, CLINICIAN])
    def test_never_get_a_500(
        self,
        world: dict[str, Any],
        dana: Provider,
        answers: Answers,
        role: str,
        everything: bool,
    ) -> None:
        attack = Attack(Caller(browser_of(role, dana), answers), world, role, everything)
        if everything:
            attack.run(staff_routes())
        addresses = Addresses(world)
        for route in (route for route, roles in DOORS.items() if role in roles):
            attack.throw(route, addresses.of(route), ["get", "post"])

    def test_nor_do_managers_and_every_address_is_reached(
        self, world: dict[str, Any], dana: Provider, answers: Answers, everything: bool
    ) -> None:
        routes = [one for one in staff_routes() if everything or not ALIKE.match(one)]
        Attack(Caller(browser_of(MANAGER, dana), answers), world, MANAGER, everything).run(routes)
        missed = set(routes) - answers.reached
        assert not [route for route in missed if not NEVER_REACHED.match(route)]

    def test_nor_in_a_body_of_json(
        self, world: dict[str, Any], dana: Provider, answers: Answers, everything: bool
    ) -> None:
        caller = Caller(browser_of(DESK, dana), answers)
        attack = Attack(caller, world, "json", everything)
        for name, body in STAFF_BODIES.items():
            path = f"/api/v1/staff/appointments/{world['reference']}/{name}"
            good = Shot("post", path, body, "application/json")
            assert caller.ask(good).status_code in {200, 409}
            attack.send(written_to(path, body), path, few=20)

    def test_nor_with_a_day_at_the_end_of_the_calendar(
        self, world: dict[str, Any], dana: Provider, answers: Answers
    ) -> None:
        browsers = [browser_of(MANAGER, dana), browser_of(CLINICIAN, dana)]
        for path, day in product(DAYS, ["0001-01-01", "9999-12-31"]):
            address = path.format(reference=world["reference"])
            for browser in browsers:
                query = dict.fromkeys(("day", "from", "to"), day)
                Caller(browser, answers).ask(Shot("get", address, query))

    def test_nor_with_a_field_that_holds_no_such_thing(
        self, world: dict[str, Any], dana: Provider, answers: Answers
    ) -> None:
        caller = Caller(browser_of(DESK, dana), answers)
        for path, data in SENT:
            address = path.format(reference=world["reference"], request=world["request"].pk)
            assert caller.ask(Shot("post", address, data)).status_code in {200, 302, 404, 409, 422}

    def test_nor_with_a_row_of_the_admin_that_is_none(
        self, world: dict[str, Any], dana: Provider, answers: Answers
    ) -> None:
        caller = Caller(browser_of(MANAGER, dana), answers)
        numbers = ["", "x", "²", "9" * 18, "9" * 5000]
        for model, chosen in product(["room", "condition", "stafftask"], numbers):
            data = {"action": "delete_selected", "index": "0", "_selected_action": chosen}
            assert caller.ask(Shot("post", f"/admin/scheduler/{model}/", data)).status_code == 302


class TestPatientsWhoSendWhatNobodyTypes:
    def test_never_get_a_500(
        self, world: dict[str, Any], client: Client, answers: Answers, everything: bool
    ) -> None:
        routes = [route for route in every_route() if not route.startswith((*STAFF, *MACHINES))]
        for step, browser in enumerate(self.browsers(client)):
            Attack(Caller(browser, answers), world, f"step {step}", everything).run(routes)
            routes = [route for route in routes if route.startswith("book/")]

    def browsers(self, client: Client) -> Iterator[Client]:
        """Who has just come, and who is on the way through the booking pages."""
        yield client
        visitor = Visitor(client)
        visitor.begin().choose()
        yield client
        visitor.tell(phone="(419) 555-0199", name="Eva Ruiz")
        yield client
        visitor.send("check/", {})
        yield client

    def test_nor_with_a_cookie_that_is_none(
        self, world: dict[str, Any], client: Client, answers: Answers
    ) -> None:
        for name in ("sessionid", "csrftoken", "language"):
            for value in VALUES[:-8]:
                client.cookies[name] = value
                caller = Caller(client, answers)
                caller.ask(Shot("get", "/book/time/"))
                caller.ask(Shot("post", "/book/time/", {"start": "x"}))
