"""A form with a mistake answers 422, whichever form it is, and says at the top what to look at and
at each field what is wrong."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from scheduler.clinic.models import Clinic
from tests.pages.asking import asked
from tests.pages.factories import make_appointment, page_of
from tests.pages.reading import soup
from tests.pages.visitor import Visitor, errors_of

pytestmark = pytest.mark.django_db


def is_refused(response: Any) -> bool:
    said: HttpResponse = response
    page = soup(said)
    named = [link["href"].removeprefix("#id_") for link in page.select(".errors a")]
    return said.status_code == 422 and bool(named) and named == list(errors_of(said))


class TestAMistake:
    @pytest.mark.parametrize("page", ["", "why/", "time/", "you/", "code/"])
    def test_in_a_step_of_the_booking(self, visitor: Visitor, page: str) -> None:
        visitor.at_code()
        assert is_refused(visitor.send(page, {"x": "y"}))

    def test_in_the_questions_at_its_end(self, visitor: Visitor) -> None:
        visitor.booked()
        assert is_refused(visitor.send("done/", {"insurance_plan": "x" * 999}))

    @pytest.mark.parametrize("path", ["/contact/", "/find/"])
    def test_in_a_form_by_itself(self, clinic: Clinic, path: str) -> None:
        assert is_refused(Client().post(path, {"x": "y"}))

    def test_in_the_change_of_a_request(self, clinic: Clinic, client: Client) -> None:
        _request, path = asked(client)
        assert is_refused(client.post(path + "/change", {"x": "y"}))

    def test_in_the_change_of_a_visit(self, client: Client) -> None:
        assert is_refused(client.post(page_of(make_appointment()) + "/change", {"x": "y"}))
