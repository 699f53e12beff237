"""The opaque links: what they open, what they refuse, and what they give away."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Condition, ConditionText
from scheduler.links.models import Link
from tests.pages.factories import NOW, VISIT_START, make_appointment, page_of, token
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
CONDITION = "/conditions/post-laminectomy-syndrome/"


def words_in(names: str) -> set[str]:
    """Those that could give it away: "back" is in every other sentence."""
    return {word for word in re.findall(r"[\w-]+", names.lower()) if len(word) > 4}


class TestTheLink:
    def test_keeps_itself_out_of_referrers_caches_and_search(self, client: Client) -> None:
        response = client.get(page_of(make_appointment()))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]

    def test_sets_no_cookie_but_the_way_back_from_what_to_read(self, client: Client) -> None:
        client.get(page_of(make_appointment()))
        [cookie] = client.cookies.values()
        assert (cookie.key, cookie["path"], cookie["samesite"]) == ("visit", "/i/", "Lax")
        assert cookie["httponly"]
        assert (cookie["max-age"], cookie["expires"]) == ("", "")

    @pytest.mark.parametrize(
        "part", ["", "/cancel", "/change", "/confirm", "/undo", "/calendar.ics"]
    )
    def test_that_was_never_made_opens_nothing(self, client: Client, part: str) -> None:
        response = client.get(f"/a/{'x' * 16}{part}")
        assert response.status_code == 404
        assert "This link no longer works" in words_of(response)
        assert response["Cache-Control"] == "no-store"

    def test_whose_visit_was_cleared_out_opens_nothing(self, client: Client) -> None:
        path = page_of(make_appointment())
        Appointment.objects.all().delete()
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
    def test_shows_the_condition_page_itself(self, client: Client) -> None:
        response = client.get(f"/i/{token(make_appointment(), 'i')}")
        assert response.status_code == 200
        here, public = words_of(response), words_of(client.get(CONDITION))
        assert here == public
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert not client.cookies

    @pytest.mark.parametrize(
        ("language", "title"),
        [
            ("en", "PMG Findlay: read before your visit"),
            ("es", "PMG Findlay: lea antes de su cita"),
        ],
    )
    def test_is_neutral_in_titles_and_previews(
        self, client: Client, language: str, title: str
    ) -> None:
        page = soup(client.get(f"/i/{token(make_appointment(language=language), 'i')}"))
        assert page.title.string == title
        preview = {tag["property"]: tag["content"] for tag in page.select("meta[property]")}
        assert preview["og:title"] == title
        assert preview["og:site_name"] == "PMG Findlay"
        described = page.select_one('meta[name="description"]')["content"]
        assert described == preview["og:description"] != ""
        assert page.select_one('meta[name="robots"]')["content"] == "noindex, nofollow"

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_names_the_condition_nowhere_but_in_the_words_of_the_page(
        self, client: Client, language: str
    ) -> None:
        appointment = make_appointment(language=language)
        texts = list(Condition.objects.get().texts.all())
        names = {word for text in texts for word in words_in(f"{text.name} {text.other_names}")}
        client.get(page_of(appointment))
        page = soup(client.get(f"/i/{token(appointment, 'i')}"))
        told = [page.head.decode()]
        for tag in page.find_all(True):
            told += [str(value) for value in tag.attrs.values()]
        for word in {*names, "laminectom", "pain management"}:
            assert word not in " ".join(told).lower(), word

    def test_leads_back_to_the_visit_of_a_browser_that_came_from_there(
        self, client: Client
    ) -> None:
        appointment = make_appointment()
        visit = page_of(appointment)
        page = soup(client.get(visit))
        link = next(a["href"] for a in page.select("main a") if "/i/" in a["href"])
        assert link == f"/i/{token(appointment, 'i')}"
        back = soup(client.get(link)).select_one(f'main a[href="{visit}"]')
        assert back.get_text() == "Back to your visit"

    def test_leads_nobody_else_to_the_visit(self, client: Client) -> None:
        appointment = make_appointment()
        response = Client().get(f"/i/{token(appointment, 'i')}")
        assert token(appointment) not in response.content.decode()
        other = make_appointment(
            reference="8KQ2M9XB",
            start=VISIT_START + timedelta(days=1),
            status="held",
            hold_expires_at=NOW + timedelta(minutes=15),
        )
        client.get(page_of(other))
        assert "Back to your visit" not in words_of(client.get(f"/i/{token(appointment, 'i')}"))

    @pytest.mark.parametrize("cookie", ["", "x" * 16, "\u00e9" * 16, "x" * 4000])
    def test_is_not_put_off_by_a_cookie_of_nothing(self, client: Client, cookie: str) -> None:
        client.cookies["visit"] = cookie
        assert client.get(f"/i/{token(make_appointment(), 'i')}").status_code == 200

    def test_to_a_page_without_words_opens_nothing(self, client: Client) -> None:
        appointment = make_appointment()
        ConditionText.objects.all().delete()
        assert client.get(f"/i/{token(appointment, 'i')}").status_code == 404

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
