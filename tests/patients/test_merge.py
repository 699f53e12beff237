"""Two rows become one person: everything is kept, nothing is lost, and old links still work."""

import pytest

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.contact_requests.models import ContactRequest
from scheduler.links.issue import token_of
from scheduler.links.open import appointment_by_token
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.deliverable_addresses import deliverable_addresses
from scheduler.patients.duplicates import doubts
from scheduler.patients.match import match_patient
from scheduler.patients.merge import NotTwo, VisitsOverlap, merge_patients
from scheduler.patients.models import Contact, Patient, PatientNote
from scheduler.patients.tell_apart import tell_apart
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    TUESDAY,
    a_person,
    at,
    book,
    make_contact,
    make_patient,
    make_provider,
)
from tests.staff import make_user

pytestmark = pytest.mark.django_db
OTHER_PHONE = "+14195550177"


@pytest.fixture
def kept(db: None) -> Patient:
    return make_patient()


@pytest.fixture
def other(kept: Patient) -> Patient:
    """Entered again with another number, and a mail address."""
    return make_patient("Anna Ruiz", phone=OTHER_PHONE, email=EMAIL, possible_duplicate=True)


def visit_of(patient: Patient, start: str = "2026-11-24 10:00") -> Appointment:
    visit = book(at(start), person=a_person(name=patient.name, phone=str(patient.phone)))
    assert visit.patient == patient
    return visit


class TestMerging:
    def test_moves_what_belongs_to_them(
        self, dana: Provider, kept: Patient, other: Patient
    ) -> None:
        visit = visit_of(other)
        helper = make_contact(other, name="Luz Ruiz", relation="daughter")
        note = PatientNote.objects.create(patient=other, text="x", by=make_user(), at=NOW)
        asked = ContactRequest.objects.create(
            reference="REQ00001", name="Ana", phone=PHONE, patient=other,
            promised_by=NOW, created_at=NOW,
        )  # fmt: skip
        merge_patients(kept.pk, other.pk)
        for row in (visit, helper, note, asked):
            row.refresh_from_db()
            assert row.patient == kept
        assert visit.contact is not None
        assert visit.contact.patient == kept

    def test_gives_the_kept_one_what_they_lacked_and_no_more(
        self, kept: Patient, other: Patient
    ) -> None:
        merged = merge_patients(kept.pk, other.pk)
        assert (merged.name, str(merged.phone), merged.email) == ("Ana Ruiz", PHONE, EMAIL)

    def test_deletes_nobody(self, kept: Patient, other: Patient) -> None:
        merge_patients(kept.pk, other.pk)
        other.refresh_from_db()
        assert (other.name, other.merged_into) == ("Anna Ruiz", kept)
        assert not other.keys.exists()

    def test_leaves_one_of_two_equal_helpers(
        self, dana: Provider, kept: Patient, other: Patient
    ) -> None:
        same = {"name": "Luz Ruiz", "relation": "daughter", "phone": PHONE}
        first, second = make_contact(kept, **same), make_contact(other, **same)
        visit = visit_of(other)
        Appointment.objects.update(contact=second)
        merge_patients(kept.pk, other.pk)
        visit.refresh_from_db()
        assert visit.contact == first
        assert Contact.objects.filter(patient=kept, name="Luz Ruiz").count() == 1

    def test_is_refused_where_both_have_a_visit_at_a_time(
        self, dana: Provider, kept: Patient, other: Patient
    ) -> None:
        make_provider("omar")
        mine, theirs = visit_of(kept), visit_of(other, "2026-11-24 10:30")
        with pytest.raises(VisitsOverlap) as refused:
            merge_patients(kept.pk, other.pk)
        assert [(one.kept, one.other) for one in refused.value.overlaps] == [(mine, theirs)]
        other.refresh_from_db()
        theirs.refresh_from_db()
        assert (other.merged_into, theirs.patient) == (None, other)

    def test_does_not_mind_a_visit_that_was_cancelled(
        self, dana: Provider, kept: Patient, other: Patient
    ) -> None:
        make_provider("omar")
        visit_of(kept)
        cancelled = visit_of(other)
        Appointment.objects.filter(pk=cancelled.pk).update(status="cancelled")
        merge_patients(kept.pk, other.pk)
        assert Appointment.objects.filter(patient=kept).count() == 2

    @pytest.mark.parametrize("whose", ["kept", "other"])
    def test_keeps_an_opt_out_of_either(
        self, dana: Provider, kept: Patient, other: Patient, whose: str
    ) -> None:
        visit = visit_of(kept if whose == "kept" else other)
        assert visit.contact is not None
        number = ("sms", str(visit.contact.phone))
        assert number in deliverable_addresses([visit.contact])[visit.contact.pk]
        opt_out(*number, source="text", now=NOW)
        merge_patients(kept.pk, other.pk)
        visit.refresh_from_db()
        assert visit.contact is not None
        assert number not in deliverable_addresses([visit.contact])[visit.contact.pk]

    def test_happens_once_and_to_two(self, kept: Patient, other: Patient) -> None:
        with pytest.raises(NotTwo):
            merge_patients(kept.pk, kept.pk)
        merge_patients(kept.pk, other.pk)
        with pytest.raises(NotTwo):
            merge_patients(kept.pk, other.pk)

    def test_of_three_leads_to_the_last_that_was_kept(self, kept: Patient, other: Patient) -> None:
        third = make_patient("A. Ruiz")
        merge_patients(other.pk, third.pk)
        merge_patients(kept.pk, other.pk)
        third.refresh_from_db()
        assert third.merged_into == kept


class TestAfterwards:
    def test_who_books_with_the_old_details_is_the_kept_one(
        self, kept: Patient, other: Patient
    ) -> None:
        merge_patients(kept.pk, other.pk)
        person = a_person(name="Anna Ruiz", phone=OTHER_PHONE)
        found, contact, _is_new = match_patient(person, [("sms", OTHER_PHONE)], now=NOW)
        assert (found, contact.patient) == (kept, kept)

    def test_the_link_of_a_message_still_opens_the_visit(
        self, dana: Provider, kept: Patient, other: Patient
    ) -> None:
        visit = visit_of(other)
        token = token_of(visit.links.get(purpose="a"))
        merge_patients(kept.pk, other.pk)
        opened = appointment_by_token(token, now=NOW)
        assert (opened.starts_at, opened.patient) == (TUESDAY, kept)


class TestDoubts:
    def test_name_who_is_alike_and_in_what(self, kept: Patient) -> None:
        again = make_patient(phone=OTHER_PHONE, possible_duplicate=True)
        neighbor = make_patient("Ben Other", date_of_birth=None, email=EMAIL.upper())
        Patient.objects.filter(pk=again.pk).update(email=EMAIL)
        ((doubt,), _more) = doubts()
        assert doubt.patient == again
        assert [(one.patient, one.reasons) for one in doubt.alike] == [
            (kept, ["the same name and birth date"]),
            (neighbor, ["the same mail address"]),
        ]

    def test_end_when_somebody_says_so(self, kept: Patient, other: Patient) -> None:
        tell_apart(other.pk)
        assert doubts() == ([], False)

    def test_end_with_a_merge_unless_another_is_alike(self, kept: Patient, other: Patient) -> None:
        twin = make_patient(possible_duplicate=True)
        merge_patients(twin.pk, other.pk)
        assert [doubt.patient for doubt in doubts()[0]] == [twin]
        merge_patients(kept.pk, twin.pk)
        assert doubts() == ([], False)

    def test_lead_to_who_was_kept_where_the_alike_was_merged(
        self, kept: Patient, other: Patient
    ) -> None:
        merge_patients(kept.pk, other.pk)
        make_patient("Ann Ruiz", phone=OTHER_PHONE, date_of_birth=None, possible_duplicate=True)
        assert [one.patient for one in doubts()[0][0].alike] == [kept]
