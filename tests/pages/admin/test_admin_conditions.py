"""Editing a condition, and the clinicians' approval of its words."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from scheduler.clinic.load_conditions import load_conditions
from scheduler.clinic.models import Condition, ConditionText
from tests.pages.factories import NOW
from tests.pages.reading import soup

pytestmark = pytest.mark.django_db
WAITING = "wait for the approval of the clinic&#x27;s clinicians"


@pytest.fixture
def editor() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("editor", password="x"))
    return browser


def form_of(browser: Client, path: str) -> dict[str, str]:
    """The admin's form as a browser would send it back unchanged."""
    form = soup(browser.get(path)).select_one("#content-main form")
    sent: dict[str, str] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        if field.get("type") in {"submit", "button"}:
            continue
        name = str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[name] = str(chosen["value"]) if chosen else ""
        elif field.name == "textarea":
            sent[name] = field.get_text().removeprefix("\n")
        elif field.get("type") != "checkbox" or field.has_attr("checked"):
            sent[name] = str(field.get("value", ""))
    return {name: value for name, value in sent.items() if "__prefix__" not in name}


def approve(condition: Condition) -> None:
    condition.reviewed_by, condition.reviewed_on = "Dr. Lee", NOW.date()
    condition.save()


def text_path(text: ConditionText) -> str:
    return reverse("admin:scheduler_conditiontext_change", args=[text.pk])


class TestApproval:
    def test_is_asked_for_on_both_editors(self, editor: Client) -> None:
        condition = load_conditions(now=NOW)
        path = reverse("admin:scheduler_condition_change", args=[condition.pk])
        for page in (path, text_path(condition.texts.get(language="en"))):
            assert WAITING in editor.get(page).content.decode()

    def test_is_withdrawn_when_the_words_change(self, editor: Client) -> None:
        condition = load_conditions(now=NOW)
        approve(condition)
        path = text_path(condition.texts.get(language="es"))
        form = form_of(editor, path) | {"everyone_notice": "Otra cosa."}
        page = editor.post(path, form, follow=True).content.decode()
        assert "approval is withdrawn" in page
        condition.refresh_from_db()
        assert not condition.is_reviewed

    def test_is_withdrawn_when_a_section_changes(self, editor: Client) -> None:
        condition = load_conditions(now=NOW)
        approve(condition)
        path = text_path(condition.texts.get(language="en"))
        editor.post(path, form_of(editor, path) | {"sections-0-body": "Something else."})
        condition.refresh_from_db()
        assert not condition.is_reviewed
        assert condition.texts.get(language="en").sections.first().body == "Something else."

    def test_stays_when_nothing_was_changed(self, editor: Client) -> None:
        condition = load_conditions(now=NOW)
        approve(condition)
        path = text_path(condition.texts.get(language="en"))
        assert editor.post(path, form_of(editor, path)).status_code == 302
        condition.refresh_from_db()
        assert condition.is_reviewed

    def test_needs_a_name_and_a_day(self, editor: Client) -> None:
        condition = load_conditions(now=NOW)
        path = reverse("admin:scheduler_condition_change", args=[condition.pk])
        page = editor.post(path, form_of(editor, path) | {"reviewed_by": "Dr. Lee"})
        assert "An approval needs both a name and a day." in page.content.decode()


class TestANewCondition:
    def test_is_made_in_the_admin_alone(self, editor: Client) -> None:
        path = reverse("admin:scheduler_condition_add")
        editor.post(path, form_of(editor, path) | {"slug": "knee-trouble", "published": "on"})
        condition = Condition.objects.get(slug="knee-trouble")
        assert condition.created_at == condition.updated_at == NOW

    def test_has_one_text_a_language(self, editor: Client) -> None:
        text = load_conditions(now=NOW).texts.get(language="en")
        path = text_path(text)
        page = editor.post(path, form_of(editor, path) | {"language": "es"}).content.decode()
        assert "already has a text in that language" in page

    @pytest.mark.parametrize("address", ["http://example.org/", "javascript:alert(1)"])
    def test_leads_to_https_addresses_only(self, editor: Client, address: str) -> None:
        path = reverse("admin:scheduler_condition_add")
        form = form_of(editor, path) | {"slug": "knee-trouble", "external_url": address}
        assert editor.post(path, form).status_code == 200
        assert not Condition.objects.exists()
