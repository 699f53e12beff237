"""Every staff address: who gets in, who doesn't, and what is left in the audit log.

`DOORS` lists each of them with the roles that it is open to. An address that is missing here fails
the first test, so nobody adds one without saying whom it is for.
"""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.frontdesk.route_labels import PLACES, route_label
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.patients.models import Patient
from scheduler.replies.receive import receive
from tests.factories import NOW, PHONE, TUESDAY, a_person, at, book, make_provider, somebody
from tests.pages.reading import soup, words_of
from tests.rows import row_counts
from tests.staff import ROLES, make_clinician, make_user, signed_in

pytestmark = pytest.mark.django_db
EVERYONE = frozenset(ROLES)
AT_THE_DESK = frozenset({DESK, MANAGER})
MANAGERS = frozenset({MANAGER})
CLINICIANS = frozenset({CLINICIAN})
DOORS = {
    "staff/": EVERYONE,
    "staff/active/": EVERYONE,
    "staff/appointments/<str:reference>/": EVERYONE,
    "staff/appointments/<str:reference>/act": AT_THE_DESK,
    "staff/appointments/<str:reference>/move": AT_THE_DESK,
    "staff/appointments/<slug:reference>/ready/": AT_THE_DESK,
    "staff/book/": AT_THE_DESK,
    "staff/book/who/": AT_THE_DESK,
    "staff/find/": AT_THE_DESK,
    "staff/day/": AT_THE_DESK,
    "staff/day/version/": EVERYONE,
    "staff/day/close/": AT_THE_DESK,
    "staff/day/sheet/": AT_THE_DESK,
    "staff/day/late/<slug:slug>/": AT_THE_DESK,
    "staff/day/late/<slug:slug>/over/": AT_THE_DESK,
    "staff/day/<slug:reference>/step/": AT_THE_DESK,
    "staff/my-day/": CLINICIANS,
    "staff/ready/": AT_THE_DESK,
    "staff/calls/": AT_THE_DESK,
    "staff/calls/done/": AT_THE_DESK,
    "staff/calls/<int:pk>/": AT_THE_DESK,
    "staff/calls/<int:pk>/patient/": AT_THE_DESK,
    "staff/calls/<int:pk>/arrange/": AT_THE_DESK,
    "staff/calls/hold/<int:pk>/book/": AT_THE_DESK,
    "staff/calls/hold/<int:pk>/free/": AT_THE_DESK,
    "staff/calls/<slug:kind>/<int:pk>/claim/": AT_THE_DESK,
    "staff/calls/<slug:kind>/<int:pk>/give-back/": AT_THE_DESK,
    "staff/calls/<slug:kind>/<int:pk>/log/": AT_THE_DESK,
    "staff/messages/": AT_THE_DESK,
    "staff/messages/talks/": AT_THE_DESK,
    "staff/messages/with/<int:pk>/": AT_THE_DESK,
    "staff/messages/text/<int:pk>/": AT_THE_DESK,
    "staff/messages/task/<int:pk>/": AT_THE_DESK,
    "staff/messages/again/<int:pk>/": AT_THE_DESK,
    "staff/messages/<slug:state>/": AT_THE_DESK,
    "staff/messages/pause/": MANAGERS,
    "staff/messages/templates/": MANAGERS,
    "staff/messages/templates/<slug:kind>/<slug:part>/<slug:language>/": MANAGERS,
    "staff/patients/": AT_THE_DESK,
    "staff/patients/<int:pk>/": EVERYONE,
    "staff/patients/<int:pk>/edit/": AT_THE_DESK,
    "staff/patients/<int:pk>/note/": AT_THE_DESK,
    "staff/patients/<int:pk>/consent/": AT_THE_DESK,
    "staff/patients/<int:pk>/export": MANAGERS,
    "staff/patients/agreed/": AT_THE_DESK,
    "staff/patients/duplicates/": MANAGERS,
    "staff/patients/<int:pk>/apart/": MANAGERS,
    "staff/patients/<int:pk>/merge/<int:other>/": MANAGERS,
    "staff/trail/": MANAGERS,
    "staff/trail/export.csv": MANAGERS,
    "staff/numbers/": MANAGERS,
    "staff/numbers/messages/": MANAGERS,
    "staff/setup/": MANAGERS,
    "staff/setup/hours/<int:pk>/": MANAGERS,
    "staff/setup/visit-types/<int:pk>/": MANAGERS,
    "staff/setup/reminders/": MANAGERS,
    "staff/setup/reminders/<int:pk>/": MANAGERS,
    "staff/setup/people/": MANAGERS,
    "staff/setup/people/<int:pk>/": MANAGERS,
    "staff/time-off/": MANAGERS,
    "staff/time-off/new/": MANAGERS,
    "staff/time-off/<int:pk>/": MANAGERS,
    "staff/time-off/<int:pk>/delete/": MANAGERS,
    "staff/time-off/holidays/": MANAGERS,
    "staff/time-off/snow/": MANAGERS,
    "staff/time-off/snow/<int:pk>/": MANAGERS,
    "staff/time-off/snow/<int:pk>/send/": MANAGERS,
    "staff/time-off/snow/<int:pk>/drop/": MANAGERS,
    "staff/time-off/snow/<int:pk>/<int:offer_pk>/": MANAGERS,
    "api/v1/staff/calendar": AT_THE_DESK,
    "api/v1/staff/calendar/version": AT_THE_DESK,
    "api/v1/staff/appointments/<reference>/move": AT_THE_DESK,
    "api/v1/staff/appointments/<reference>/mark": AT_THE_DESK,
    "api/v1/staff/patients": AT_THE_DESK,
}
# What lets people in, and so is open to who is not in yet.
ENTRANCES = ("staff/account/", "staff/unlock/")
QUERIES = {
    "staff/patients/": "?q=quartz",
    "api/v1/staff/patients": "?q=quartz",
    "api/v1/staff/calendar": "?from=2026-11-24&to=2026-11-24",
    "staff/patients/agreed/": f"?address=%2B{PHONE[1:]}",
    "staff/day/": "?day=2026-11-24",
    "staff/day/sheet/": "?day=2026-11-24&provider=dana",
    "staff/day/close/": "?day=2026-11-24",
    "staff/my-day/": "?day=2026-11-24",
    "staff/book/who/": "?q=quartz",
}


def every_route() -> Iterator[str]:
    """The pattern of every address."""

    def walk(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    return walk(get_resolver().url_patterns, "")


def routes() -> Iterator[str]:
    """The pattern of every address below /staff/ and /api/v1/staff/."""
    for route in every_route():
        if route.startswith(("staff/", "api/v1/staff/")) and not route.startswith(ENTRANCES):
            yield route


class World:
    """Zebulon Quartz, with a visit at Dana's, a call to make and a text to answer."""

    def __init__(self) -> None:
        zebulon = a_person(name="Zebulon Quartz")
        self.visit = book(person=zebulon)
        assert self.visit.patient
        self.patient: Patient = self.visit.patient
        self.request = ContactRequest.objects.create(
            reference="ZEB0CA11",
            name="Zebulon Quartz",
            phone=PHONE,
            patient=self.patient,
            promised_by=NOW,
            created_at=NOW,
        )
        self.text = receive("SM1", PHONE, "Can you help me?", now=NOW)
        opt_out("sms", PHONE, source="text", now=NOW, paused_for_staff=True)

    def path(self, route: str) -> str:
        """An address of this route that leads to Zebulon, where one does."""
        pk = 999_999
        for prefix, found in {
            "staff/patients/": self.patient.pk,
            "staff/messages/with/": self.patient.pk,
            "staff/messages/text/": self.text.pk,
            "staff/calls/": self.request.pk,
        }.items():
            pk = found if route.startswith(prefix) else pk
        given = {
            "pk": pk,
            "other": 999_999,
            "offer_pk": 999_999,
            "reference": self.visit.reference,
            "slug": "dana",
            "state": "due",
            "kind": "request" if "calls" in route else "confirmation",
            "part": "sms",
            "language": "en",
        }
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), route)
        return "/" + filled + QUERIES.get(route, "")


@pytest.fixture
def world(staffed: Provider) -> World:
    return World()


def knock(client: Client, path: str) -> HttpResponse:
    """The answer to opening the address, or to sending something there where that is its way."""
    answer = client.get(path)
    return client.post(path) if answer.status_code == 405 else answer  # type: ignore[return-value]


def user_of(role: str, dana: Provider) -> User:
    return make_clinician(dana) if role == CLINICIAN else make_user(role)


class TestEveryAddress:
    def test_is_listed_here(self) -> None:
        assert set(routes()) == set(DOORS)

    def test_has_words_on_the_trail(self) -> None:
        assert set(PLACES) == set(DOORS)
        admin = [route for route in every_route() if route.startswith("admin/scheduler/")]
        assert admin
        assert [route for route in admin if not route_label(route)] == []

    @pytest.mark.parametrize("role", ROLES)
    def test_is_open_to_its_roles_alone_and_notes_on_the_trail_whom_it_shows(
        self, world: World, staffed: Provider, role: str
    ) -> None:
        client = signed_in(user_of(role, staffed))
        refused, shown = set(), set()
        looks = {}
        for route in DOORS:
            before = AccessEvent.objects.count()
            looks[route] = answer = client.get(world.path(route))
            if b"Quartz" in answer.content:
                shown.add(route)
                latest = AccessEvent.objects.order_by("pk").last()
                assert AccessEvent.objects.count() == before + 1, route
                assert latest is not None
                # A look at the audit log says what was asked of it instead.
                assert world.patient.pk in latest.patients or latest.asked, route
                assert "Quartz" not in latest.route
        for route, look in looks.items():
            # Where nothing is shown, something is sent there.
            answer = client.post(world.path(route)) if look.status_code == 405 else look
            if answer.status_code == 403:
                refused.add(route)
        assert refused == {route for route, roles in DOORS.items() if role not in roles}
        assert "staff/patients/<int:pk>/" in shown

    def test_is_closed_to_who_has_no_role(self, world: World) -> None:
        client = signed_in(make_user(None))
        answers = {knock(client, world.path(route)).status_code for route in DOORS}
        assert answers == {403}

    @pytest.mark.parametrize("why", ["signed out", "deactivated"])
    def test_is_closed_to_who_is_not_signed_in(self, world: World, why: str) -> None:
        client = Client()
        if why == "deactivated":
            user = make_user(MANAGER)
            client = signed_in(user)
            User.objects.filter(pk=user.pk).update(is_active=False)
        before = row_counts()
        for route in DOORS:
            path = world.path(route)
            for answer in (client.get(path), client.post(path)):
                sent_off = answer.get("Location", "").startswith("/staff/account/login/")
                assert sent_off or answer.status_code in {401, 403, 405}, path
                assert b"Quartz" not in answer.content
        assert row_counts() == before

    def test_does_nothing_for_a_request_forged_elsewhere(self, world: World) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user(MANAGER))
        client.get("/staff/trail/")
        before = row_counts()
        for route in DOORS:
            assert client.post(world.path(route)).status_code in {403, 405}, route
        assert row_counts() == before


class TestWhoIsRefused:
    @pytest.mark.parametrize("path", ["/staff/setup/", "/admin/scheduler/patient/"])
    def test_reads_so_beside_their_own_menu(self, clinician: Client, path: str) -> None:
        page = clinician.get(path, follow=True)
        assert page.status_code == 403
        assert "Your role doesn't open this page" in words_of(page)
        links = {link["href"] for link in soup(page).select(".staff-menu a, main a")}
        places = {link for link in links if not link.startswith("/staff/account/")}
        assert places == {"/staff/my-day/"}

    def test_is_sent_to_a_manager_without_a_role(self, staffed: Provider) -> None:
        page = signed_in(make_user(None)).get("/staff/")
        assert "You have no role yet" in words_of(page)


class TestAClinician:
    """Sees who has a visit with them, and nobody else."""

    @pytest.fixture
    def strangers_visit(self, world: World) -> Appointment:
        make_provider("erin")
        return book(at("2026-11-25 10:00"), person=somebody(1), provider="erin")

    def test_opens_their_own_patients_and_visits(self, world: World, clinician: Client) -> None:
        assert clinician.get(f"/staff/patients/{world.patient.pk}/").status_code == 200
        assert clinician.get(f"/staff/appointments/{world.visit.reference}/").status_code == 200
        assert world.visit.starts_at == TUESDAY

    def test_finds_nobody_elses(self, strangers_visit: Appointment, clinician: Client) -> None:
        assert strangers_visit.patient
        for path in (
            f"/staff/patients/{strangers_visit.patient.pk}/",
            f"/staff/appointments/{strangers_visit.reference}/",
        ):
            assert clinician.get(path).status_code == 404
