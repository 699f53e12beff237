"""Every way to take a slot keeps the core's promises: the policies are found, never listed.

Who writes one adds how it is built; without that these tests fail. The policy that
docs/how-to-add.md shows is among them.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from threading import Event
from typing import Any, cast

import pytest
from django.apps import apps
from django.db import transaction

from scheduler.availability.schedule import SlotAssignment
from scheduler.booking.book import BookAtOnce
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.holds.hold import Hold
from scheduler.booking.holds.hold_for_call import HoldForCall
from scheduler.booking.holds.hold_replacement import Replacement
from scheduler.booking.import_appointments import ImportVisit
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import SlotTaken
from scheduler.booking.reserve import Policy, reserve
from scheduler.clinic.load_call_desk import CALL_SLUG, DESK_SLUG
from scheduler.clinic.models import Clinic, Provider
from scheduler.contact_requests.schedule_call import ContactAppointment
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.delivery.check import Drop, check_message
from scheduler.messaging.delivery.read import read_to_send
from scheduler.patients.person import Person
from scheduler.transactions.idempotency import IdempotentCall, Replay
from tests.calls import ask, call_desk
from tests.data_checks.coherent import findings
from tests.factories import (
    NOW,
    TUESDAY,
    book,
    make_clinic,
    make_patient,
    make_provider,
    somebody,
    wanted,
)
from tests.house import rooms
from tests.meanwhile import on_its_own_connection, waiting
from tests.staff import make_user

SHOWN = (rooms.ROOT / "docs/how-to-add.md").read_text("utf-8")
# What starts a process or stands outside Django: no policy could stand there.
NOT_LOADED = {"embedded", "management", "server"}
MADE_UP = "docs.how_to_add"
A_MINUTE = timedelta(minutes=1)
Build = Callable[[int], Policy]


def shown_policy() -> type[Policy]:
    """The page's example, run as it stands there."""
    [block] = re.findall(r"```python\n(.*?)```", SHOWN, re.DOTALL)
    names: dict[str, Any] = {"__name__": MADE_UP}
    exec(compile(block, "docs/how-to-add.md", "exec"), names)
    [policy] = [one for one in names.values() if getattr(one, "__module__", "") == MADE_UP]
    return cast(type[Policy], policy)


def below(policy: Any) -> Iterator[type[Policy]]:
    for one in policy.__subclasses__():
        yield one
        yield from below(one)


def every_policy() -> list[type[Policy]]:
    """Those of all rooms that have verbs, once all of them are loaded."""
    for path in rooms.files():
        room = path.parts[1]
        if path.parts[0] == "scheduler" and path.parts[2:] and room not in NOT_LOADED:
            import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    return sorted(set(below(Policy)), key=lambda one: one.__name__)


BookForStudy = shown_policy()


def replacement(number: int) -> Policy:
    """For a visit on another day, each of somebody else."""
    visit = book(TUESDAY + timedelta(days=1, hours=2 * number - 1), person=somebody(number))
    request = wanted(person=somebody(number), provider="dana")
    return Replacement(request, appointment=visit, until=NOW + timedelta(days=2))


def contact_appointment(number: int) -> Policy:
    phone = f"+1419555{2000 + number:04d}"
    asked = ask(name="Cal Back", phone=phone)
    request = wanted(
        visit_type=CALL_SLUG, provider=DESK_SLUG, person=Person(name="Cal Back", phone=phone)
    )
    by = make_user(username=f"desk-{number}").pk
    return ContactAppointment(request, request_id=asked.pk, by=by)


def of_somebody(policy: Callable[..., Policy], **fields: Any) -> Build:
    """Whose request is all that matters, with whoever is free: Dana alone is there."""
    return lambda number: policy(wanted(person=somebody(number)), **fields)


def imported(number: int) -> Policy:
    """As Dana's, in no room."""
    dana = Provider.objects.get(slug="dana")
    patient = make_patient(f"Im Ported {number}", phone="")
    request = wanted(person=somebody(number))
    return ImportVisit(request, patient=patient, place=SlotAssignment(dana.pk, "dana", None))


# Each gives the policy by which the person of that number takes the one slot that all want.
BUILT: dict[type[Policy], Build] = {
    BookAtOnce: of_somebody(BookAtOnce),
    BookByStaff: of_somebody(BookByStaff),
    BookForStudy: of_somebody(BookForStudy, study="S-12"),
    ContactAppointment: contact_appointment,
    Hold: of_somebody(Hold),
    HoldForCall: of_somebody(HoldForCall),
    ImportVisit: imported,
    Replacement: replacement,
}
# What a policy leaves to whoever calls it: for whom a replacement is kept says the offer.
LEFT: dict[type[Policy], str] = {Replacement: "[hold-of-nobody]"}
policies = pytest.mark.parametrize("policy", every_policy(), ids=lambda one: one.__name__)


def set_up() -> None:
    make_clinic()
    make_provider("dana")
    call_desk()


@pytest.fixture
def _clinic(db: None) -> None:
    set_up()


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_app_config("scheduler").get_models()
        if model._meta.managed
    }


def test_every_policy_can_be_built_here() -> None:
    assert set(every_policy()) == set(BUILT)


class TestTheExample:
    def test_is_short(self) -> None:
        [block] = re.findall(r"```python\n(.*?)```", SHOWN, re.DOTALL)
        assert len(block.splitlines()) < 40

    @pytest.mark.usefixtures("_clinic")
    def test_writes_its_note_and_owes_the_confirmation(self) -> None:
        booked = reserve(BUILT[BookForStudy](1), now=NOW)
        assert (booked.status, booked.note) == (AppointmentStatus.BOOKED, "Study: S-12")
        assert booked.messages.filter(kind="confirmation").exists()


@policies
@pytest.mark.usefixtures("_clinic")
class TestEachPolicy:
    def test_that_fails_while_owing_writes_nothing(
        self, policy: type[Policy], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owe, built = policy.owe, BUILT[policy](1)

        def owe_and_fail(*args: Any, **options: Any) -> None:
            owe(*args, **options)
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(policy, "owe", owe_and_fail)
        before = rows()
        with pytest.raises(RuntimeError, match="the disk is full"):
            reserve(built, now=NOW)
        assert rows() == before

    def test_books_once_for_one_idempotency_key(self, policy: type[Policy]) -> None:
        built = BUILT[policy](1)
        key = IdempotentCall("k" * 16, b"the body", lambda one: {"id": one.reference})
        taken = reserve(built, now=NOW, idempotency=key)
        written = rows()
        with pytest.raises(Replay) as replayed:
            reserve(built, now=NOW, idempotency=key)
        assert replayed.value.reference == taken.reference
        assert replayed.value.answer == {"id": taken.reference}
        assert rows() == written

    def test_takes_the_time_of_a_hold_that_ran_out(self, policy: type[Policy]) -> None:
        earlier = reserve(BUILT[policy](1), now=NOW)
        Appointment.objects.filter(pk=earlier.pk).update(
            status=AppointmentStatus.HELD, hold_expires_at=NOW + A_MINUTE
        )
        later = BUILT[policy](2)
        with pytest.raises(SlotTaken):
            reserve(later, now=NOW)
        taken = reserve(later, now=NOW + A_MINUTE)
        assert taken.starts_at == earlier.starts_at
        assert taken.provider_id == earlier.provider_id
        earlier.refresh_from_db()
        assert earlier.status == AppointmentStatus.EXPIRED

    def test_leaves_what_fits_together(self, policy: type[Policy]) -> None:
        reserve(BUILT[policy](1), now=NOW)
        wrong = [one for one in findings(now=NOW) if not one.endswith(LEFT.get(policy, "nothing"))]
        assert wrong == []

    def test_owes_nothing_that_may_not_be_sent(self, policy: type[Policy]) -> None:
        taken, clinic = reserve(BUILT[policy](1), now=NOW), Clinic.objects.get()
        for message in taken.messages.all():
            found = read_to_send(message.pk, clinic, now=NOW)
            assert found
            verdict = check_message(message, found.recipient, clinic, now=message.due_at)
            assert not isinstance(verdict, Drop), (message.kind, verdict)

    def test_refuses_to_nest(self, policy: type[Policy]) -> None:
        built = BUILT[policy](1)
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            reserve(built, now=NOW)
        assert not Appointment.objects.filter(starts_at=built.request.start).exists()


@policies
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_slot(
    policy: type[Policy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, whose row is written and not committed, and then reads which
    other times there are."""
    set_up()
    first, second = BUILT[policy](1), BUILT[policy](2)
    before = Appointment.objects.count()
    written, finish, owe = Event(), Event(), policy.owe

    def owe_and_wait(*args: Any, **options: Any) -> None:
        owe(*args, **options)
        written.set()
        assert finish.wait(20)

    monkeypatch.setattr(policy, "owe", owe_and_wait)
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(on_its_own_connection, lambda: reserve(first, now=NOW))
        try:
            assert written.wait(20), ending.exception(timeout=0)
            with waiting(lambda: reserve(second, now=NOW)) as refused:
                finish.set()
                with pytest.raises(SlotTaken) as taken:
                    refused.result(timeout=20)
        finally:
            finish.set()
    assert ending.result().starts_at == first.request.start
    assert taken.value.alternatives
    assert all(one.start != first.request.start for one in taken.value.alternatives)
    assert Appointment.objects.count() == before + 1
