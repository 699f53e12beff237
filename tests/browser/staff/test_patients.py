"""Patients and the audit log in a real browser: at a desk, on a tablet and on a phone."""

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from scheduler.accounts.roles import MANAGER
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.patients.models import Patient, PatientNote
from scheduler.replies.models import InboundText
from tests.browser.conftest import TOO_WIDE, run_axe
from tests.browser.staff.conftest import OpenBrowser, sign_in
from tests.factories import EMAIL, PHONE, book, make_contact, make_patient
from tests.staff import make_user

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((1280, 800), (1024, 768), (390, 844))


@pytest.fixture
def manager_page(open_browser: OpenBrowser, staffed: Provider) -> Page:
    return sign_in(open_browser().new_page(), make_user(MANAGER))


@pytest.fixture
def ana(staffed: Provider) -> Patient:
    """Ana with a visit, a helper, a note, a number that is paused, and a twin."""
    patient = make_patient(email=EMAIL)
    assert book().patient == patient
    make_contact(patient, name="Luz Ruiz", relation="daughter", phone="+14195550155")
    now = timezone.now()
    author = User.objects.order_by("pk").first() or make_user(username="author")
    PatientNote.objects.create(patient=patient, text="Prefers mornings", by=author, at=now)
    opt_out("sms", PHONE, source="text", paused_for_staff=True, now=now)
    InboundText.objects.create(sid="SM1", from_number=PHONE, body="Not so early", received_at=now)
    long_name = "Bartholomew Featherstonehaugh-Cholmondeley"
    make_patient(long_name, email=f"{'bartholomew' * 3}@{'long-' * 6}name.example.org")
    make_patient("Anna Ruiz", possible_duplicate=True)
    return patient


def look(page: Page) -> None:
    """Nothing is wrong with the page as it stands, at any size, with everything unfolded."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert run_axe(page) == []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(TOO_WIDE) == 0, (page.url, width)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_every_page_is_in_order(manager_page: Page, ana: Patient) -> None:
    twin = Patient.objects.get(name="Anna Ruiz")
    for path in (
        "/staff/patients/?q=ruiz",
        "/staff/patients/?q=featherstone",
        "/staff/patients/?q=nobody",
        f"/staff/patients/{ana.pk}/",
        f"/staff/patients/{ana.pk}/edit/",
        "/staff/patients/agreed/",
        f"/staff/patients/agreed/?address=%2B{PHONE[1:]}",
        "/staff/patients/agreed/?address=nobody",
        "/staff/patients/duplicates/",
        f"/staff/patients/{twin.pk}/merge/{ana.pk}/",
        "/staff/trail/?since=2020-01-01&until=2099-12-31",
        f"/staff/trail/?since=2020-01-01&until=2099-12-31&patient={ana.pk}",
        "/staff/trail/?since=x",
    ):
        manager_page.goto(path)
        look(manager_page)


def test_who_is_refused_gets_a_page_in_order(staff_page: Page) -> None:
    staff_page.goto("/staff/setup/")
    expect(staff_page.get_by_role("link", name="Go to Calendar")).to_be_visible()
    look(staff_page)


def test_the_trail_fits_a_phone(manager_page: Page, ana: Patient) -> None:
    for number in range(16):
        make_patient(f"Person {'abcdefghijklmnop'[number] * 12}")
    manager_page.goto("/staff/patients/?q=person")
    manager_page.set_viewport_size({"width": 390, "height": 844})
    manager_page.goto("/staff/trail/?since=2020-01-01&until=2099-12-31")
    boxes = "rows => rows.map(one => one.getBoundingClientRect())"
    rows = manager_page.locator("tbody tr").evaluate_all(boxes)
    assert max(row["height"] for row in rows) < 844 * 2 / 3
    patients = manager_page.locator("td[data-label=Patient] a").evaluate_all(boxes)
    assert max(patient["right"] for patient in patients) <= 390


def test_a_patient_is_found_by_keyboard_as_one_types(staff_page: Page, ana: Patient) -> None:
    staff_page.goto("/staff/patients/")
    expect(staff_page.get_by_label("Name, phone or birth date")).to_be_focused()
    staff_page.keyboard.type("ruiz an")
    found = staff_page.locator("#found tbody tr")
    expect(found).to_have_count(2)
    staff_page.keyboard.type("a 0123")
    expect(found).to_have_count(1)
    staff_page.get_by_role("link", name="Ana Ruiz", exact=True).press("Enter")
    expect(staff_page.get_by_role("heading", name="Ana Ruiz", level=1)).to_be_visible()
    staff_page.get_by_label("New note").fill("Uses a walker")
    staff_page.get_by_role("button", name="Add the note").press("Enter")
    expect(staff_page.get_by_text("Uses a walker")).to_be_visible()


def test_a_wrong_detail_is_said_where_it_stands(staff_page: Page, ana: Patient) -> None:
    staff_page.goto(f"/staff/patients/{ana.pk}/edit/")
    staff_page.get_by_label("Phone").fill("12")
    staff_page.get_by_role("button", name="Save").click()
    expect(staff_page.get_by_label("Phone")).to_be_focused()
    expect(staff_page.get_by_text("area code")).to_be_visible()
    look(staff_page)
    staff_page.get_by_label("Phone").fill("419 555 0199")
    staff_page.get_by_role("button", name="Save").click()
    expect(staff_page.get_by_text("The details are changed.")).to_be_visible()


def test_two_become_one_and_it_is_on_the_trail(manager_page: Page, ana: Patient) -> None:
    manager_page.goto("/staff/patients/")
    manager_page.get_by_role("link", name=re.compile("possible duplicate")).click()
    manager_page.get_by_role("link", name="Compare and merge").first.click()
    manager_page.get_by_role("button", name=re.compile("keep Ana Ruiz")).click()
    expect(manager_page.get_by_text("They are one patient now.")).to_be_visible()
    assert Appointment.objects.get().patient == ana
    manager_page.get_by_role("main").get_by_role("link", name="Trail").click()
    expect(manager_page.get_by_text("merged into")).to_be_visible()
