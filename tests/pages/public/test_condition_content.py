"""The condition page that comes with the product says all it must, in plain words."""

import re
import tomllib
from pathlib import Path

import pytest
from django.test import Client

from scheduler.clinic.load_conditions import CONTENT, DEFAULT_SLUG
from tests.pages.factories import make_bare_clinic
from tests.pages.reading import reading_grade, soup, words_of

pytestmark = pytest.mark.django_db
PAGE = f"/conditions/{DEFAULT_SLUG}/"

FACTS = tomllib.loads((Path(__file__).parent / "facts.toml").read_text("utf-8"))


@pytest.fixture(autouse=True)
def _loaded() -> None:
    make_bare_clinic()


class TestTheFacts:
    def test_stand_on_the_english_page(self, client: Client) -> None:
        words = words_of(client.get(PAGE)).lower()
        assert [fact for fact, (english, _) in FACTS.items() if english not in words] == []

    def test_stand_on_the_spanish_page(self, spanish: Client) -> None:
        words = words_of(spanish.get(PAGE)).lower()
        assert [fact for fact, (_, own) in FACTS.items() if own not in words] == []


class TestTheEnglishWords:
    def test_can_be_read_at_twelve_to_fourteen(self) -> None:
        content = tomllib.loads((CONTENT / DEFAULT_SLUG / "en.toml").read_text("utf-8"))
        bodies = [content["summary"], content["everyone_notice"], content["emergency_notice"]]
        bodies += [section["body"] for section in content["sections"]]
        plain = re.sub(r"\]\([^)]*\)|[*\[]", "", "\n".join(bodies))
        assert reading_grade(plain) < 8

    def test_a_harder_text_would_be_noticed(self) -> None:
        hard = "Interventional procedures necessitate comprehensive multidisciplinary evaluation."
        assert reading_grade(hard) > 15


class TestThePage:
    def test_has_five_kinds_of_treatment_and_three_causes(self, client: Client) -> None:
        lists = {
            section.h2.get_text(): len(section.find_all("li"))
            for section in soup(client.get(PAGE)).select("article section")
        }
        assert lists["Why it can happen"] == 3
        assert lists["What can help"] == 5

    def test_leads_from_home_to_itself(self, client: Client) -> None:
        trail = soup(client.get(PAGE)).select(".usa-breadcrumb li")
        assert [" ".join(step.get_text().split()) for step in trail] == [
            "Home",
            "Post-laminectomy syndrome",
        ]
        assert trail[0].a["href"] == "/"
        assert trail[1]["aria-current"] == "page"

    def test_has_the_clinics_address_phone_and_mail(self, client: Client) -> None:
        card = soup(client.get(PAGE)).select_one(".clinic-card")
        text = " ".join(card.get_text(" ").split())
        assert "229 West Main Cross St., Suite 58 Findlay, OH 45840" in text
        assert card.select_one('a[href="tel:+14197216358"]').get_text() == "(419) 721-6358"
        assert card.select_one('a[href="mailto:contact@painmgmtgroup.com"]')

    def test_offers_to_book(self, client: Client) -> None:
        button = soup(client.get(PAGE)).select_one("article .actions a.usa-button")
        assert (button["href"], button.get_text().strip()) == ("/book/", "Book a visit")

    def test_lets_a_phone_call_911_and_988(self, client: Client) -> None:
        links = {link["href"] for link in soup(client.get(PAGE)).select(".usa-alert--error a")}
        assert links == {"tel:911", "tel:988", "sms:988"}

    def test_can_be_printed(self, client: Client) -> None:
        page = soup(client.get(PAGE))
        assert page.select_one("button[data-print]")
        assert page.select_one('script[src$="print.js"]')
