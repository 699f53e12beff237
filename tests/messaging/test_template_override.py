"""Staff's own words take the place of a message's; links, buttons and the foot of a mail stay."""

import re

import pytest
from bs4 import BeautifulSoup

from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Clinic, Provider
from scheduler.core.template_words import KINDS
from scheduler.messaging.compose import compose
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Message, MessageTemplate
from scheduler.messaging.templates.edit import WordsRefused, edit_template, reset_template
from scheduler.messaging.templates.preview import default_words, judge, preview_words
from tests.factories import NOW, book, messages_of, token_in, token_of
from tests.messaging.rendering import MESSAGES
from tests.staff import make_user

pytestmark = pytest.mark.django_db
OWN = "{clinic}: see you {day} {time}. {confirm} Change: {manage_link} STOP to end."
EVERY_PART = [(kind, part) for kind, found in KINDS.items() for part in found.parts]
BELOW = {
    "code": "\n123456\n",
    "contact_received": "/contact/r/rrrr",
    "contact_unreached": "/contact/r/rrrr",
}


@pytest.fixture
def visit(dana: Provider) -> list[Message]:
    return messages_of(book())


def write(kind: str, part: str, words: str, language: str = "en") -> None:
    edit_template(kind, part, language, words, by=make_user(None, part), now=NOW)


def one(kind: str, channel: str) -> Message:
    return Message.objects.get(kind=kind, channel=channel)


def words_of(message: Message) -> str:
    return compose(message, Clinic.objects.get()).text


def test_all_kinds_of_message_can_be_rewritten() -> None:
    files = {path.stem for path in MESSAGES.iterdir() if path.is_file()}
    assert set(KINDS) == files - {"staff_reply"}


class TestAText:
    def test_says_what_staff_wrote(self, visit: list[Message]) -> None:
        write("reminder", "sms", OWN)
        assert words_of(one("reminder-1-day", "sms")) == (
            "PMG Findlay: see you Tue Nov 24 10:00 AM. Reply 1 to confirm. "
            "Change: [[manage_link]] STOP to end."
        )

    def test_does_not_ask_again_who_confirmed(self, visit: list[Message]) -> None:
        write("reminder", "sms", OWN)
        confirm(Appointment.objects.get().pk, now=NOW)
        assert "Reply 1" not in words_of(one("reminder-1-day", "sms"))

    def test_leaves_with_its_links(self, visit: list[Message]) -> None:
        write("reminder", "sms", OWN)
        message = one("reminder-1-day", "sms")
        clinic = Clinic.objects.get()
        ready = outgoing(message, compose(message, clinic), clinic, now=NOW)
        assert token_in(message) in ready.text

    def test_of_another_language_or_kind_is_left_alone(self, visit: list[Message]) -> None:
        before = words_of(one("reminder-1-day", "sms")), words_of(one("confirmation", "sms"))
        write("reminder", "sms", OWN.replace("see you", "le esperamos"), "es")
        after = words_of(one("reminder-1-day", "sms")), words_of(one("confirmation", "sms"))
        assert after == before

    def test_goes_back_to_its_first_words(self, visit: list[Message]) -> None:
        before = words_of(one("reminder-1-day", "sms"))
        write("reminder", "sms", OWN)
        assert reset_template("reminder", "sms", "en")
        assert not reset_template("reminder", "sms", "en")
        assert words_of(one("reminder-1-day", "sms")) == before

    def test_that_is_refused_changes_nothing(self, clinic: Clinic) -> None:
        with pytest.raises(WordsRefused) as refused:
            write("reminder", "sms", "Your pain visit")
        assert {p.code for p in refused.value.problems} == {"clinic", "missing", "private", "stop"}
        assert not MessageTemplate.objects.exists()


class TestAMail:
    def test_has_staffs_paragraphs_and_keeps_all_else(self, visit: list[Message]) -> None:
        write("confirmation", "body", "Dear {name},\n\nwe are glad & <b>ready</b>\nfor you.")
        write("confirmation", "subject", "{clinic}: {day}, {time}")
        message = one("confirmation", "email")
        clinic = Clinic.objects.get()
        ready = outgoing(message, compose(message, clinic), clinic, now=NOW)
        assert ready.subject == "PMG Findlay: Tue Nov 24, 10:00 AM"
        assert ready.text.startswith(
            "Dear Ana Ruiz,\n\nwe are glad & <b>ready</b>\nfor you.\n\nWhat:"
        )
        page = BeautifulSoup(ready.html, "lxml")
        shown = page.get_text(" ", strip=True)
        assert "we are glad & <b>ready</b> for you." in shown
        assert "We look forward" not in shown + ready.text
        assert not page.find("b")
        links = {link["href"] for link in page.find_all("a")}
        for token in (
            token_of(Appointment.objects.get()),
            token_of(Appointment.objects.get(), "i"),
        ):
            assert any(token in link for link in links)
            assert token in ready.text
        for fact in (clinic.address, "Tuesday, November 24, 2026", "Dana"):
            assert fact in shown
            assert fact in ready.text

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_leaves_no_hole_and_no_name(self, clinic: Clinic, language: str) -> None:
        for kind in (kind for kind, found in KINDS.items() if found.by_mail):
            text = preview_words(kind, "body", language, "Hello {name}.\n\nSee you.").text
            assert text.startswith("Hello Alexandra Castellanos.\n\nSee you.\n\n")
            assert not re.search(r"\n\n\n|[{}]", text)
            assert clinic.address in text
            assert BELOW.get(kind, "/a/mmmm") in text


@pytest.mark.parametrize("language", ["en", "es"])
class TestTheFirstWords:
    def test_are_a_good_start(self, clinic: Clinic, language: str) -> None:
        for kind, part in EVERY_PART:
            words = default_words(kind, part, language)
            assert judge(kind, part, language, words) == [], words

    def test_fit_one_text(self, clinic: Clinic, language: str) -> None:
        for kind, part in EVERY_PART:
            found = preview_words(kind, part, language, default_words(kind, part, language))
            assert found.text
            assert found.segments == (1 if part == "sms" else 0)
