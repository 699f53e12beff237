"""Texts that are agreed to after the booking."""

import pytest

from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.core.status import VisitOver
from scheduler.messaging.consent.agree_to_texts import NotProven, agree_to_texts
from scheduler.messaging.models import Consent, Message
from tests.factories import NOW, PHONE, a_person, code_of, hold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dana")]
SOURCE = "online booking"


def booked(**changes: object) -> Appointment:
    held = hold(person=a_person(sms_consent=False, email="", email_consent=False, **changes))
    return verify(held.pk, code_of(held), now=NOW)


class TestAgreeing:
    def test_owes_what_a_tick_would_have_owed(self) -> None:
        visit = booked()
        assert not Message.objects.exclude(kind="code").exists()
        agree_to_texts(visit.pk, language="es", source=SOURCE, now=NOW)
        owed = Message.objects.exclude(kind="code")
        assert owed.filter(kind="confirmation", to=PHONE, due_at=NOW).count() == 1
        assert owed.filter(kind__startswith="reminder-", to=PHONE).exists()
        consent = Consent.objects.get()
        assert (consent.channel, consent.address, consent.granted) == ("sms", PHONE, True)
        assert consent.wording.startswith("Envíenme")
        assert consent.language == "es"

    def test_twice_owes_nothing_more(self) -> None:
        visit = booked()
        for _ in range(2):
            agree_to_texts(visit.pk, language="en", source=SOURCE, now=NOW)
        assert Consent.objects.count() == 1
        assert Message.objects.filter(kind="confirmation").count() == 1

    def test_is_refused_for_a_number_that_no_code_has_proven(self) -> None:
        visit = booked()
        Appointment.objects.update(code_channel="email")
        with pytest.raises(NotProven):
            agree_to_texts(visit.pk, language="en", source=SOURCE, now=NOW)
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("why", ["cancelled", "begun"])
    def test_is_refused_once_it_is_of_no_use(self, why: str) -> None:
        visit = booked()
        if why == "cancelled":
            Appointment.objects.update(status="cancelled")
        now = visit.starts_at if why == "begun" else NOW
        with pytest.raises(VisitOver):
            agree_to_texts(visit.pk, language="en", source=SOURCE, now=now)
