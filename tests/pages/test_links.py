"""The opaque links: what they open, what they refuse, and what they give away."""

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler import links
from scheduler.models import Appointment, Condition, Link
from tests.pages.factories import NOW, make_appointment, page_of, token
from tests.pages.reading import words_of

pytestmark = pytest.mark.django_db


class TestTheLink:
    def test_keeps_itself_out_of_referrers_caches_and_search(self, client: Client) -> None:
        response = client.get(page_of(make_appointment()))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]

    def test_sets_no_cookie(self, client: Client) -> None:
        client.get(page_of(make_appointment()))
        assert not client.cookies

    @pytest.mark.parametrize(
        "part", ["", "/cancel", "/change", "/confirm", "/undo", "/calendar.ics"]
    )
    def test_that_was_never_made_opens_nothing(self, client: Client, part: str) -> None:
        response = client.get(f"/a/{'x' * 16}{part}")
        assert response.status_code == 404
        assert "This link no longer works" in words_of(response)
        assert response["Cache-Control"] == "no-store"

    def test_whose_visit_is_cleared_out_meanwhile_opens_nothing(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        appointment = make_appointment()

        def clear_out(*_: object) -> bool:
            Appointment.objects.all().delete()
            return True

        path = page_of(appointment)
        monkeypatch.setattr(links, "is_token", clear_out)
        assert client.get(path).status_code == 404

    def test_that_ran_out_says_no_more_than_one_that_never_was(self, client: Client) -> None:
        appointment = make_appointment()
        Link.objects.update(expires_at=NOW)
        gone, unknown = client.get(page_of(appointment)), client.get(f"/a/{'x' * 16}")
        assert (gone.status_code, unknown.status_code) == (410, 404)
        assert words_of(gone) == words_of(unknown)

    def test_that_was_revoked_opens_nothing(self, client: Client) -> None:
        path = page_of(make_appointment())
        Link.objects.update(version=2)
        assert client.get(path).status_code == 404

    def test_of_another_purpose_opens_nothing(self, client: Client) -> None:
        appointment = make_appointment()
        assert client.get(f"/a/{token(appointment, 'i')}").status_code == 404
        assert client.get(f"/i/{token(appointment, 'a')}").status_code == 404


class TestAnUnknownAddress:
    @pytest.mark.parametrize("debug", [True, False])
    def test_shows_the_clinics_own_page(
        self, client: Client, settings: Settings, debug: bool
    ) -> None:
        settings.DEBUG = debug
        response = client.get("/no-such-page/")
        assert response.status_code == 404
        assert "We could not find that page" in words_of(response)


class TestTheInformationLink:
    def test_leads_to_the_condition_page_and_takes_nothing_along(self, client: Client) -> None:
        appointment = make_appointment()
        response = client.get(f"/i/{token(appointment, 'i')}")
        assert response.status_code == 302
        assert response["Location"] == "/conditions/post-laminectomy-syndrome/"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert not client.cookies

    def test_leads_to_an_outside_address(self, client: Client) -> None:
        appointment = make_appointment()

        Condition.objects.update(external_url="https://example.org/read")
        assert client.get(f"/i/{token(appointment, 'i')}")["Location"] == "https://example.org/read"

    def test_that_is_unknown_reveals_nothing(self, client: Client) -> None:
        response = client.get("/i/xxxxxxxx")
        assert response.status_code == 404
        assert "laminectomy" not in response.content.decode().lower()

    def test_to_an_unpublished_page_opens_nothing(self, client: Client) -> None:
        appointment = make_appointment()

        Condition.objects.update(published=False)
        assert client.get(f"/i/{token(appointment, 'i')}").status_code == 404
