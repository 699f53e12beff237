"""Managers change the words of messages, and see what they come out as."""

import pytest
from django.test import Client

from scheduler.messaging.models import MessageTemplate
from tests.pages.reading import soup, words_of
from tests.staff import HTMX

pytestmark = pytest.mark.django_db
TEMPLATES = "/staff/messages/templates/"
PAGE = f"{TEMPLATES}reminder/sms/en/"
GOOD = "{clinic}: see you {day} {time}. {confirm} Change: {manage_link} STOP to end."


class TestTheWords:
    def test_are_listed_with_what_was_changed(self, manager: Client) -> None:
        manager.post(PAGE, {"words": GOOD})
        words = words_of(manager.get(TEMPLATES))
        assert "A reminder Text, English yours" in words
        assert words.count("yours") == 1

    def test_begin_with_those_it_came_with(self, manager: Client) -> None:
        page = manager.get(PAGE)
        assert soup(page).find(id="words").get_text() == (
            "{clinic} reminder: {visit} {day} {time} {zone}.\n"
            "{confirm} Change: {manage_link}\nSTOP to end."
        )
        assert "the words it came with" in words_of(page)

    def test_are_saved_with_who_and_when(self, manager: Client) -> None:
        answer = manager.post(PAGE, {"words": GOOD}, follow=True)
        assert "since Mon Nov 16, 10:00 AM, by manager" in words_of(answer)
        assert MessageTemplate.objects.get().words == GOOD

    def test_go_back_to_the_first(self, manager: Client) -> None:
        manager.post(PAGE, {"words": GOOD})
        answer = manager.post(PAGE, {"reset": "1"}, follow=True)
        assert "{clinic} reminder" in soup(answer).find(id="words").get_text()
        assert not MessageTemplate.objects.exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (GOOD.replace("{clinic}", "We"), "{clinic} is missing."),
            (GOOD.replace("{manage_link}", "call"), "{manage_link} is missing."),
            (GOOD.replace("STOP", "Stop"), "Say how to stop"),
            (GOOD + " Your pain matters.", "“pain” tells others"),
            (GOOD + " Your laminectomy.", "“laminectomy” tells others"),
            (GOOD + " " + "x" * 60, "too long for one text"),
            (GOOD + " {nmae}", "{nmae} is not known here."),
        ],
    )
    def test_are_refused_and_kept_in_the_form(self, manager: Client, words: str, said: str) -> None:
        answer = manager.post(PAGE, {"words": words})
        assert answer.status_code == 422
        assert said in words_of(answer)
        assert soup(answer).find(id="words").get_text() == words
        assert not MessageTemplate.objects.exists()


class TestThePreview:
    def test_shows_the_text_its_length_and_what_is_wrong(self, manager: Client) -> None:
        form = {"words": GOOD + " About your pain.", "preview": "1"}
        shown = manager.post(PAGE, form, **HTMX).content.decode()
        assert "PMG Findlay: see you Wed Sep 30 12:30 PM. Reply 1 to confirm." in shown
        assert "characters" in shown
        assert "tells others" in shown
        assert not MessageTemplate.objects.exists()

    def test_of_a_mail_shows_what_stands_below_the_words(self, manager: Client) -> None:
        form = {"words": "Dear {name},\n\nsee you.", "preview": "1"}
        path = f"{TEMPLATES}confirmation/body/es/"
        shown = manager.post(path, form, **HTMX).content.decode()
        assert "Dear Alexandra Castellanos,\n\nsee you." in shown
        assert "Lea antes de su cita" in shown
        assert "of 160" not in shown


class TestWhoMay:
    def test_is_a_manager(self, desk: Client) -> None:
        assert desk.get(TEMPLATES).status_code == 403
        assert desk.post(PAGE, {"words": GOOD}).status_code == 403
        assert not MessageTemplate.objects.exists()

    @pytest.mark.parametrize("where", ["none/sms/en", "reply_help/body/en", "reminder/sms/fr"])
    def test_looks_for_what_is_there(self, manager: Client, where: str) -> None:
        assert manager.get(f"{TEMPLATES}{where}/").status_code == 404
