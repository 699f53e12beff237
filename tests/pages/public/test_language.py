"""Choosing a language, on every page and from everywhere."""

import pytest
from django.test import Client

from tests.pages.factories import make_appointment, token
from tests.pages.reading import soup

pytestmark = pytest.mark.django_db


class TestChoosingALanguage:
    def test_stays_on_the_page_and_is_remembered(self, client: Client) -> None:
        response = client.post("/language/", {"language": "es", "next": "/privacy/"})
        assert (response.status_code, response["Location"]) == (302, "/privacy/")
        assert soup(client.get("/privacy/")).html["lang"] == "es"

    def test_is_offered_in_the_other_language_by_its_own_name(
        self, client: Client, spanish: Client
    ) -> None:
        for browser, code, name in ((client, "es", "Español"), (spanish, "en", "English")):
            button = soup(browser.get("/")).select_one("header button")
            assert (button["value"], button["lang"], button.get_text()) == (code, code, name)

    def test_works_from_a_page_that_sends_no_referrer(self, client: Client) -> None:
        # What a browser sends from there; Django's own check refuses it.
        path = f"/a/{token(make_appointment())}"
        response = client.post(
            "/language/", {"language": "es", "next": path}, headers={"origin": "null"}
        )
        assert response["Location"] == path

    def test_leads_nowhere_else(self, client: Client) -> None:
        response = client.post("/language/", {"language": "es", "next": "https://example.org/"})
        assert response["Location"] == "/"

    def test_is_not_changed_by_opening_an_address(self, client: Client) -> None:
        assert client.get("/language/?language=es").status_code == 405
        assert not client.cookies
