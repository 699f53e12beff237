"""Every look at a patient in the admin is in the audit log as well."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from scheduler.audit.models import AccessEvent
from scheduler.booking.models import Appointment
from scheduler.contact_requests.models import ContactRequest
from scheduler.messaging.models import Message, OptOut
from scheduler.patients.models import Patient
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask
from tests.factories import NOW, PHONE, book, make_patient
from tests.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Client:
    return signed_in(User.objects.create_superuser("owner", password="x"))


@pytest.fixture
def ana(staffed: object) -> Patient:
    """A visit with its messages, a text, a stop, a request and a task."""
    visit = book()
    assert visit.patient is not None
    InboundText.objects.create(sid="SM1", from_number=PHONE, body="Hello", received_at=NOW)
    OptOut.objects.create(channel="sms", address=PHONE, source="text", at=NOW)
    ContactRequest.objects.create(
        reference="REQ00001", name="Ana", phone=PHONE, promised_by=NOW, created_at=NOW
    )
    StaffTask.objects.create(kind="late-change", appointment=visit, created_at=NOW)
    make_patient("Ben Other", phone="+14195550188")
    return visit.patient


MODELS = {
    "appointment": Appointment,
    "patient": Patient,
    "message": Message,
    "inboundtext": InboundText,
    "optout": OptOut,
    "contactrequest": ContactRequest,
    "stafftask": StaffTask,
}


def seen() -> set[int]:
    return {patient for event in AccessEvent.objects.all() for patient in event.patients}


@pytest.mark.parametrize("name", MODELS)
def test_a_list_says_whom_it_shows(owner: Client, ana: Patient, name: str) -> None:
    assert owner.get(f"/admin/scheduler/{name}/").status_code == 200
    assert ana.pk in seen()


@pytest.mark.parametrize("name", MODELS)
def test_a_single_page_says_whom_it_shows(owner: Client, ana: Patient, name: str) -> None:
    row = MODELS[name]._default_manager.order_by("pk")[0]
    for page in ("change", "history"):
        before = AccessEvent.objects.count()
        assert owner.get(f"/admin/scheduler/{name}/{row.pk}/{page}/").status_code == 200
        assert AccessEvent.objects.count() == before + 1
    assert seen() == {ana.pk}


def test_a_search_says_whom_it_found_and_nobody_else(owner: Client, ana: Patient) -> None:
    owner.get("/admin/scheduler/patient/", {"q": "ruiz"})
    event = AccessEvent.objects.get()
    assert (event.patients, event.route) == ([ana.pk], "admin/scheduler/patient/")
