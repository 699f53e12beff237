"""The JSON that a booking dialog asks for at every letter."""

import pytest
from django.test import Client

from scheduler.accounts.roles import CLINICIAN, DESK, MANAGER
from scheduler.audit.models import AccessEvent
from scheduler.clinic.models import Provider
from tests.api.asking import get
from tests.factories import PHONE, make_patient
from tests.staff import make_user, signed_in

pytestmark = pytest.mark.django_db
PATH = "staff/patients"


class TestFindingAPatient:
    def test_gives_what_tells_people_apart(self, dana: Provider) -> None:
        ana = make_patient(possible_duplicate=True)
        answer = get(signed_in(make_user(DESK)), PATH, {"q": "rui"})
        assert answer.status == 200
        assert answer.json == [
            {
                "id": ana.pk,
                "name": "Ana Ruiz",
                "date_of_birth": "1958-03-09",
                "phone": PHONE,
                "possible_duplicate": True,
            }
        ]

    def test_is_on_the_trail(self, dana: Provider) -> None:
        ana, user = make_patient(), make_user(DESK)
        get(signed_in(user), PATH, {"q": "ana"})
        seen = AccessEvent.objects.get()
        assert (seen.user, seen.route, seen.patients) == (user, "api/v1/staff/patients", [ana.pk])

    def test_that_found_nobody_is_not(self, dana: Provider) -> None:
        assert get(signed_in(make_user(MANAGER)), PATH, {"q": "zzz"}).json == []
        assert not AccessEvent.objects.exists()

    def test_is_not_for_everybody(self, client: Client, dana: Provider) -> None:
        assert get(client, PATH, {"q": "ana"}).status == 401
        assert get(signed_in(make_user(CLINICIAN)), PATH, {"q": "ana"}).status == 403
        assert get(signed_in(make_user(None)), PATH, {"q": "ana"}).status == 403

    def test_refuses_a_novel(self, dana: Provider) -> None:
        answer = get(signed_in(make_user(DESK)), PATH, {"q": "a" * 101})
        assert (answer.status, answer.fields) == (422, ["q"])
