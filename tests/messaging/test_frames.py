"""Files are rendered once for many messages: each says what it would if rendered for itself."""

from itertools import product
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from scheduler.messaging.compose import put_into_words
from scheduler.messaging.mail_html import mail_html
from scheduler.messaging.templates import frames
from scheduler.messaging.templates.frames import leave_open, render_part
from scheduler.messaging.templates.values import file_values
from tests.messaging.rendering import LANGUAGES, MAIL_KINDS, SMS_KINDS, context
from tests.messaging.test_any_name import INJECTIONS, SCRIPTS

NAMES = ["Ana", "", *SCRIPTS, *INJECTIONS, "A & <b>B</b>", "\\1 \\g<0>", 'O\'Neil "Bo"', "hole-0-e"]
MAIL_FRAMES = ("subject.txt", "mail.txt", "mail.html")
# What the files ask about.
QUESTIONS = ("for_other", "confirmed", "by_phone")
ANSWERS = (False, False, True), (True, True, False)
OTHERS: list[dict[str, Any]] = [
    {},
    {"visit": {"is_phone": True}},
    {"visit": {"is_phone": True, "call_to": "", "call_short": ""}},
    {"visit": {"arrive_by": "", "arrive_short": ""}},
    {"visit": {"instructions": ""}},
    {"visit": {"several": True}},
    {"offer": {"time": ""}},
    {"unsubscribe_link": "[[unsubscribe_link]]"},
]


def for_itself(kind: str, frame: str, values: dict[str, Any]) -> str:
    shown = {"frame": f"messages/frames/{frame}", "layout": frame.partition(".")[2]}
    return render_to_string(f"messages/{kind}.txt", values | shown)


def said(kind: str, frame: str, values: dict[str, Any]) -> str:
    if frame != "mail.html":
        return for_itself(kind, frame, values)
    title = for_itself(kind, "title.mjml", values)
    return mail_html(for_itself(kind, "mail.mjml", values | {"title": title}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SMS_KINDS)
class TestEachFile:
    def test_says_the_same_as_if_it_was_rendered_for_one_message(
        self, kind: str, language: str
    ) -> None:
        shown = ["sms.txt", *(MAIL_FRAMES if kind in MAIL_KINDS else ())]
        with translation.override(language):
            for number, (other, answers) in enumerate(product(OTHERS, ANSWERS)):
                name, patient = (NAMES[(number + more) % len(NAMES)] for more in (0, 7))
                facts = dict(zip(QUESTIONS, answers, strict=True)) | other
                facts |= {"greeting_name": name, "patient_name": patient}
                values = file_values(context(language, **facts))
                for frame in shown:
                    ours = render_part(kind, frame, leave_open(values))
                    assert ours == said(kind, frame, values), (frame, facts)


class TestAMessage:
    @given(names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4))
    def test_never_holds_what_another_said(self, names: list[str]) -> None:
        words = {
            name: put_into_words("confirmation", "email", "en", context("en", **who), {})
            for name in names
            for who in [{"greeting_name": name, "patient_name": "Luz"}]
        }
        for name, mail in words.items():
            alone = file_values(context("en", greeting_name=name, patient_name="Luz"))
            with translation.override("en"):
                assert mail.html == said("confirmation", "mail.html", alone)

    def test_of_staffs_own_words_is_filled_with_its_own_facts(self) -> None:
        own = {
            "subject": "{clinic}: {date}",
            "body": "Dear {name},\n\n{time} it is.",
            "sms": "{day}",
        }
        for name, time in (("Ana & Co", "9:00 AM"), ("<b>Luz</b>", "4:30 PM")):
            facts = context(
                "en", greeting_name=name, visit={"time": time, "date": f"Day of {time}"}
            )
            mail = put_into_words("confirmation", "email", "en", facts, own)
            text = put_into_words("confirmation", "sms", "en", facts, own)
            assert mail.subject == f"PMG Findlay: Day of {time}"
            assert f"Dear {name},\n\n{time} it is." in mail.text
            assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in mail.html
            assert f"<p>{time} it is.</p>" in mail.html.replace("\n", "")
            assert text.text == "Wed Nov 25"

    @pytest.mark.parametrize("channel", ["sms", "email"])
    @pytest.mark.parametrize("kind", MAIL_KINDS)
    def test_has_nothing_rendered_that_was_rendered_for_another(
        self, monkeypatch: pytest.MonkeyPatch, kind: str, channel: str
    ) -> None:
        visit: dict[str, Any] = {"is_phone": True}
        put_into_words(kind, channel, "en", context("en", visit=visit), {})
        monkeypatch.delattr(frames, "render_to_string")
        visit |= {"date": "Friday, May 7, 2027", "date_short": "Fri May 7", "time": "9:00 AM"}
        visit |= {
            "reference": "OTHER123",
            "call_to": "(419) 555-0199",
            "call_short": "419-555-0199",
        }
        facts = context("en", visit=visit, greeting_name="Zoë", patient_name="Zoë Q", words="No")
        put_into_words(kind, channel, "en", facts, {})
