"""The home page, the small print, and the pages for what went wrong."""

from datetime import date, time
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory

from scheduler.clinic.models import Clinic, WeeklyHours
from scheduler.pages.errors import server_error
from scheduler.pages.public.opening_lines import opening_lines
from tests.pages.factories import make_bare_clinic, make_dana_whitfield, make_visit_type
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)
EVERY_PAGE = ["/", "/conditions/", "/privacy/", "/texting-terms/", "/no-such-page/"]


class TestHome:
    def test_says_what_where_and_when(self, client: Client) -> None:
        make_bare_clinic()
        make_dana_whitfield(make_visit_type())
        words = words_of(client.get("/"))
        assert "pain-management practice" in words
        assert "229 West Main Cross St., Suite 58 Findlay, OH 45840" in words
        assert "Monday to Thursday 8:00 AM to 5:00 PM" in words
        assert "Friday 8:00 AM to 12:00 PM" in words

    def test_offers_to_book(self, client: Client) -> None:
        make_bare_clinic()
        button = soup(client.get("/")).select_one("main a.usa-button")
        assert (button["href"], button.get_text().strip()) == ("/book/", "Book a visit")

    def test_leaves_the_hours_out_while_there_are_none(self, client: Client) -> None:
        make_bare_clinic()
        assert "When we see patients" not in words_of(client.get("/"))

    def test_stands_before_the_clinic_is_loaded(self, client: Client) -> None:
        assert "Pain Management Group, Findlay" in words_of(client.get("/"))

    def test_follows_an_edit_of_the_clinic(self, client: Client) -> None:
        make_bare_clinic()
        Clinic.objects.update(suite="Suite 60", phone="+14195550100")
        page = client.get("/")
        assert "Suite 60" in words_of(page)
        assert b"721-6358" not in page.content


class TestOpeningLines:
    def test_joins_days_that_are_alike(self) -> None:
        make_dana_whitfield(make_visit_type())
        assert [line.days for line in opening_lines(TODAY)] == ["Monday to Thursday", "Friday"]

    def test_keeps_days_apart_that_do_not_touch(self) -> None:
        provider = make_dana_whitfield(make_visit_type())
        WeeklyHours.objects.filter(provider=provider, weekday__in=[1, 3, 4]).delete()
        assert [line.days for line in opening_lines(TODAY)] == ["Monday", "Wednesday"]

    def test_spans_the_hours_of_one_day(self) -> None:
        provider = make_dana_whitfield(make_visit_type())
        WeeklyHours.objects.filter(provider=provider).delete()
        for opens, closes in ((time(13), time(16)), (time(9), time(12))):
            WeeklyHours.objects.create(provider=provider, weekday=0, opens=opens, closes=closes)
        assert [line.times for line in opening_lines(TODAY)] == ["9:00 AM to 4:00 PM"]

    @pytest.mark.parametrize(
        "unusual",
        [
            {"valid_from": date(2026, 12, 1)},
            {"valid_until": date(2026, 11, 15)},
            {"valid_from": date(2026, 1, 1), "every_n_weeks": 2},
        ],
    )
    def test_leaves_out_what_is_not_the_usual_week(self, unusual: dict[str, object]) -> None:
        provider = make_dana_whitfield(make_visit_type())
        WeeklyHours.objects.filter(provider=provider).update(**unusual)
        assert opening_lines(TODAY) == []


class TestEveryPage:
    @pytest.mark.parametrize("path", EVERY_PAGE)
    def test_names_the_clinic_its_phone_and_its_privacy_page(
        self, client: Client, path: str
    ) -> None:
        make_bare_clinic()
        page = soup(client.get(path))
        assert page.header.select_one('a[href="tel:+14197216358"]')
        assert page.footer.select_one('a[href="/privacy/"]')
        assert "Pain Management Group, Findlay" in page.title.get_text()

    @pytest.mark.parametrize("path", EVERY_PAGE)
    def test_has_no_inline_style_or_script_and_asks_nobody_else(
        self, client: Client, path: str
    ) -> None:
        page = soup(client.get(path))
        assert not page.select("[style], style, [onclick], script:not([src])")
        loaded = [tag.get("src") or tag.get("href") for tag in page.select("[src], link[href]")]
        assert all(address.startswith("/") and address[1] != "/" for address in loaded)

    def test_follows_the_browsers_language(self, spanish: Client) -> None:
        assert soup(spanish.get("/")).html["lang"] == "es"
        assert "Dónde estamos" in words_of(spanish.get("/"))


class TestTexting:
    def test_says_what_carriers_want_to_read(self, client: Client) -> None:
        words = words_of(client.get("/texting-terms/"))
        for wanted in ("frequency varies", "data rates may apply", "STOP", "HELP", "call 911"):
            assert wanted in words
        assert soup(client.get("/texting-terms/")).select_one('main a[href="/privacy/"]')


class TestWhatWentWrong:
    def test_a_page_that_is_not_there_shows_the_phone(self, client: Client) -> None:
        response = client.get("/no-such-page/")
        assert response.status_code == 404
        assert "Call (419) 721-6358" in words_of(response)

    def test_a_refused_form_shows_the_phone(self, client: Client) -> None:
        response = client.post("/admin/login/", {"username": "a", "password": "b"})
        assert response.status_code == 403
        assert b"(419) 721-6358" in response.content

    def test_our_own_mistake_shows_the_phone_even_without_a_database(self) -> None:
        with patch("scheduler.context_processors.current_clinic", side_effect=DatabaseError):
            response = server_error(RequestFactory().get("/"))
        assert response.status_code == 500
        assert "Call (419) 721-6358" in words_of(response)
