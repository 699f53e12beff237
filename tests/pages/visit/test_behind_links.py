"""Every page behind a link: its title, and the language that it opens in."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from scheduler.contact_requests.models import ContactRequest
from scheduler.links.models import Link
from scheduler.pages import urls
from tests.pages.asking import asked
from tests.pages.factories import (
    NOW,
    make_appointment,
    make_bare_clinic,
    make_dana_whitfield,
    make_reminder,
    make_visit_type,
    token,
    unsubscribe_path,
)
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db

WAYS = {
    "a/<str:token>": "booked",
    "a/<str:token>/cancel": "booked",
    "a/<str:token>/change": "booked",
    "i/<str:token>": "booked",
    "u/<str:token>": "reminded",
    "contact/r/<str:token>": "asked",
    "contact/r/<str:token>/change": "asked",
}
"""The routes behind a link that show a page when they are opened."""
THAT_SHOW_NONE = {
    "a/<str:token>/confirm",
    "a/<str:token>/calendar.ics",
    "a/<str:token>/undo",
    "a/<str:token>/offer",
    "a/<str:token>/offer/decline",
    "a/<str:token>/offer/other",
    "a/<str:token>/preferences",
    "contact/r/<str:token>/withdraw",
}
"""These lead back to the visit or the request, or are no page."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes a visit or a request for a person who reads that language; the path that they got."""
    route: str = request.param

    def path(language: str) -> str:
        if WAYS[route] == "booked":
            purpose = route[0]
            value = token(make_appointment(language=language), purpose)
        elif WAYS[route] == "reminded":
            return unsubscribe_path(make_reminder(language=language))
        else:
            make_bare_clinic()
            make_dana_whitfield(make_visit_type())
            value = asked(Client(), language=language)[1].rpartition("/")[2]
        return "/" + route.replace("<str:token>", value)

    return path


def language_of(response: HttpResponse) -> str:
    """Of the whole page: its header, its footer and what they name."""
    page = soup(response)
    [button] = page.select(".site-language")
    other = {"en": "es", "es": "en"}
    assert button["value"] == other[str(page.html["lang"])]
    assert response["Content-Language"] == page.html["lang"]
    return str(page.html["lang"])


class TestAPageBehindALink:
    def test_is_among_those_looked_at(self) -> None:
        routes = {str(one.pattern) for one in urls.urlpatterns}
        behind_links = {route for route in routes if "<str:token>" in route}
        assert behind_links == WAYS.keys() | THAT_SHOW_NONE

    def test_opens_in_the_language_it_was_sent_in(
        self, client: Client, spanish: Client, way: Callable[[str], str]
    ) -> None:
        assert language_of(client.get(way("es"))) == "es"

    def test_opens_so_in_a_browser_of_another_language(
        self, spanish: Client, way: Callable[[str], str]
    ) -> None:
        assert language_of(spanish.get(way("en"))) == "en"

    def test_follows_what_the_visitor_chooses_on_it(
        self, client: Client, way: Callable[[str], str]
    ) -> None:
        path = way("es")
        form = soup(client.get(path)).select_one("header form")
        button = form.button
        typed = {field["name"]: field["value"] for field in form.select("input")}
        chosen = client.post(form["action"], {**typed, button["name"]: button["value"]})
        assert chosen["Location"] == path
        assert language_of(client.get(path)) == "en"

    def test_has_a_title_that_does_not_say_what_the_clinic_treats(
        self, client: Client, way: Callable[[str], str]
    ) -> None:
        """It stands in the browser's history, and where the link is passed on in its preview."""
        title = soup(client.get(way("en"))).title.get_text()
        assert "PMG Findlay" in title
        assert "Pain" not in title

    def test_that_ran_out_says_so_in_that_language(
        self, client: Client, way: Callable[[str], str]
    ) -> None:
        path = way("es")
        Link.objects.update(expires_at=NOW)
        response = client.get(path)
        assert (response.status_code, language_of(response)) == (410, "es")


class TestTheLanguage:
    def test_of_messages_chosen_on_the_page_is_that_of_the_page(self, client: Client) -> None:
        path = f"/a/{token(make_appointment())}"
        response = client.post(f"{path}/preferences", {"language": "es"}, follow=True)
        assert language_of(response) == "es"

    def test_of_a_request_is_that_of_its_answers(self, client: Client) -> None:
        make_bare_clinic()
        make_dana_whitfield(make_visit_type())
        _request, path = asked(client)
        ContactRequest.objects.update(language="es")
        assert language_of(client.post(f"{path}/withdraw", follow=True)) == "es"

    def test_of_the_emergency_notice_is_the_readers(self, client: Client) -> None:
        words = words_of(client.get(f"/i/{token(make_appointment(language='es'), 'i')}"))
        assert "Llame al 911" in words
        assert "Call 911" not in words
