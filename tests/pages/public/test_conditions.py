"""Which condition pages there are, in which language, and where they lead."""

import pytest
from django.test import Client

from scheduler.clinic.load_conditions import DEFAULT_SLUG, load_conditions
from scheduler.clinic.models import Condition, ConditionSection, ConditionText
from tests.pages.factories import NOW, make_bare_clinic
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
PAGE = f"/conditions/{DEFAULT_SLUG}/"


def make_condition(slug: str = "knee-trouble", **fields: object) -> Condition:
    fields = {"published": True, "created_at": NOW, "updated_at": NOW, **fields}
    return Condition.objects.create(slug=slug, **fields)


def make_text(condition: Condition, language: str = "en", **fields: str) -> ConditionText:
    words = {
        "name": "Knee trouble",
        "summary": "Knees can hurt.",
        "emergency_notice": "Call [911](tel:911).",
        "everyone_notice": "It may not be about you.",
    }
    return ConditionText.objects.create(condition=condition, language=language, **words | fields)


class TestLoading:
    def test_creates_the_default_condition_in_both_languages(self) -> None:
        condition = load_conditions(now=NOW)
        assert condition.published
        assert {text.language for text in condition.texts.all()} == {"en", "es"}
        assert all(text.sections.count() == 5 for text in condition.texts.all())

    def test_waits_for_the_clinicians_approval(self) -> None:
        assert not load_conditions(now=NOW).is_reviewed

    def test_leaves_edited_words_alone(self) -> None:
        text = load_conditions(now=NOW).texts.get(language="en")
        ConditionText.objects.filter(pk=text.pk).update(summary="Edited.")
        text.sections.all().delete()
        load_conditions(now=NOW)
        text.refresh_from_db()
        assert text.summary == "Edited."
        assert not text.sections.exists()


class TestASecondCondition:
    def test_needs_no_code(self, client: Client) -> None:
        make_bare_clinic()
        text = make_text(make_condition())
        ConditionSection.objects.create(text=text, heading="Rest", body="Take it easy.\n\n- Sit")
        words = words_of(client.get("/conditions/knee-trouble/"))
        assert "Knee trouble" in words
        assert "Rest Take it easy. Sit" in words

    def test_is_shown_in_english_where_there_is_no_spanish(self, spanish: Client) -> None:
        make_text(make_condition())
        page = soup(spanish.get("/conditions/knee-trouble/"))
        assert page.html["lang"] == "es"
        assert page.article["lang"] == "en"

    def test_leads_elsewhere_with_an_external_address(self, client: Client) -> None:
        make_text(make_condition(external_url="https://example.org/knee"))
        response = client.get("/conditions/knee-trouble/")
        assert (response.status_code, response["Location"]) == (302, "https://example.org/knee")

    def test_is_hidden_until_it_is_published(self, client: Client) -> None:
        make_text(make_condition(published=False))
        assert client.get("/conditions/knee-trouble/").status_code == 404
        assert "Knee trouble" not in words_of(client.get("/conditions/"))

    def test_is_not_found_while_it_has_no_words(self, client: Client) -> None:
        make_condition()
        assert client.get("/conditions/knee-trouble/").status_code == 404

    def test_shows_no_html_that_an_editor_typed(self, client: Client) -> None:
        make_text(make_condition(), summary="<script>alert(1)</script>")
        assert b"<script>alert" not in client.get("/conditions/knee-trouble/").content


class TestThePage:
    def test_names_who_approved_it(self, client: Client) -> None:
        condition = load_conditions(now=NOW)
        assert "Checked by" not in words_of(client.get(PAGE))
        condition.reviewed_by, condition.reviewed_on = "Dr. Lee", NOW.date()
        condition.save()
        assert "Checked by Dr. Lee on Nov. 16, 2026." in words_of(client.get(PAGE))

    def test_asks_for_few_queries_however_long_it_is(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        make_bare_clinic()
        client.get(PAGE)
        with django_assert_max_num_queries(4):  # type: ignore[operator]
            client.get(PAGE)

    def test_the_index_lists_it(self, client: Client) -> None:
        make_bare_clinic()
        links = soup(client.get("/conditions/")).select("main .link-list a")
        assert [(link.get_text(), link["href"]) for link in links] == [
            ("Post-laminectomy syndrome", PAGE)
        ]
