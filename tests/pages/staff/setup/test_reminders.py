"""The editor of reminders: what it refuses and why, what it saves, and that its example is true."""

from datetime import time

import pytest
import time_machine
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import ReminderRule, VisitType
from scheduler.clinic.reminder_rules import in_force
from scheduler.clinic.time_format import in_words
from scheduler.messaging.compose import compose
from scheduler.messaging.delivery.outgoing import outgoing
from scheduler.messaging.models import Message, RemindersToReplan
from tests.factories import NOW, a_person, book
from tests.pages.reading import soup, words_of

pytestmark = pytest.mark.django_db
PATH = "/staff/setup/reminders/"
Row = dict[str, object]
DAY_3: Row = {"number": 3, "unit": "days", "at": "10:00", "by_text": "on", "by_mail": "on"}
DAY_1: Row = DAY_3 | {"number": 1}
HOURS_2: Row = {"number": 2, "unit": "hours", "at": "", "by_text": "on", "by_mail": "on"}


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def seen_at(manager: Client, path: str = PATH) -> str:
    return str(soup(manager.get(path)).find("input", attrs={"name": "seen"})["value"])


def form(*rows: Row, seen: str = "", act: str = "save", **more: object) -> dict[str, object]:
    """As the page posts it: three rows that were there, and one more."""
    typed: dict[str, object] = {
        "rules-TOTAL_FORMS": max(4, len(rows)),
        "rules-INITIAL_FORMS": 3,
        "act": act,
        "seen": seen,
        "example-visit_type": VisitType.objects.get(slug="new-patient").pk,
        "example-booked_on": "2026-11-16",
        "example-booked_at": "10:00",
        "example-visit_on": "2026-11-24",
        "example-visit_at": "10:00",
        "example-agreed_texts": "on",
        "example-agreed_mail": "on",
        "example-language": "en",
    }
    blank: Row = {"number": "", "unit": "days", "by_text": "on", "by_mail": "on", "active": "on"}
    for number in range(max(4, len(rows))):
        row = {"active": "on", **rows[number]} if number < len(rows) else blank
        if number >= len(rows) and number < 3:
            row = {"active": "on", **DAY_3, "number": 50 + number, "DELETE": "on"}
        typed |= {f"rules-{number}-{name}": value for name, value in row.items()}
    return typed | more


def save(manager: Client, *rows: Row, path: str = PATH, **more: object) -> list[str]:
    """The mistakes that the page names, with the fields that they stand at."""
    answer = manager.post(path, form(*rows, seen=seen_at(manager, path), **more))
    if answer.status_code == 302:
        return []
    page = soup(answer)
    assert answer.status_code == 422
    return [
        f"{error.get('id', '').removeprefix('id_').removesuffix('_error')}: {error.text}"
        for error in page.find_all(class_="usa-error-message")
    ]


class TestThePage:
    def test_shows_the_rules_that_stand(self, manager: Client) -> None:
        page = soup(manager.get(PATH))
        numbers = [page.find(id=f"id_rules-{number}-number").get("value") for number in range(4)]
        assert numbers == ["3", "1", "2", None]

    def test_is_for_managers(self, desk: Client, clinician: Client) -> None:
        for client in (desk, clinician):
            assert client.get(PATH).status_code == 403
            assert client.post(PATH, {}).status_code == 403


class TestSaving:
    def test_sets_what_was_typed(self, manager: Client) -> None:
        rows = (DAY_3 | {"number": 5, "at": "14:30"}, HOURS_2 | {"by_mail": ""}, DAY_1)
        assert save(manager, *rows) == []
        rules = {rule.name: rule for rule in ReminderRule.objects.filter(visit_type=None)}
        assert set(rules) == {"5-days", "2-hours", "1-day"}
        assert rules["5-days"].at == time(14, 30)
        assert (rules["2-hours"].by_text, rules["2-hours"].by_mail) == (True, False)
        assert rules["2-hours"].not_before == time(9)

    def test_switches_off(self, manager: Client) -> None:
        assert save(manager, DAY_3 | {"active": ""}, DAY_1, HOURS_2) == []
        assert [rule.name for rule in in_force(VisitType.objects.get(slug="new-patient"))] == [
            "1-day",
            "2-hours",
        ]

    def test_gives_one_type_its_own_and_takes_them_back(self, manager: Client) -> None:
        visit_type = VisitType.objects.get(slug="new-patient")
        path = f"{PATH}{visit_type.pk}/"
        assert save(manager, DAY_3 | {"number": 7}, DAY_1, path=path, follows="own") == []
        visit_type.refresh_from_db()
        assert [rule.name for rule in in_force(visit_type)] == ["7-days", "1-day"]
        assert ReminderRule.objects.filter(visit_type=None).count() == 3
        assert save(manager, path=path, follows="all") == []
        visit_type.refresh_from_db()
        assert [rule.name for rule in in_force(visit_type)] == ["3-days", "1-day", "2-hours"]

    def test_has_coming_visits_follow(self, manager: Client) -> None:
        save(manager, DAY_3 | {"number": 5})
        waiting = RemindersToReplan.objects.values_list("visit_type__slug", flat=True)
        assert set(waiting) == set(
            VisitType.objects.filter(own_reminders=False).values_list("slug", flat=True)
        )

    def test_is_refused_where_somebody_else_was_quicker(self, manager: Client) -> None:
        seen = seen_at(manager)
        save(manager, DAY_3 | {"number": 5})
        answer = manager.post(PATH, form(DAY_3 | {"number": 6}, seen=seen))
        assert answer.status_code == 409
        words = words_of(answer)
        assert "Somebody else has just changed these reminders." in words
        assert "What stands now: 5 days before at 10:00 AM by text and mail." in words
        assert [rule.name for rule in ReminderRule.objects.filter(visit_type=None)] == ["5-days"]
        anew = str(soup(answer).find("input", attrs={"name": "seen"})["value"])
        assert manager.post(PATH, form(DAY_3 | {"number": 6}, seen=anew)).status_code == 302


class TestMistakes:
    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            (
                [DAY_3 | {"at": "08:30"}],
                (
                    "rules-0-at: Reminders leave from 9:00 AM until 7:00 PM: "
                    "choose a time in these hours."
                ),
            ),
            ([DAY_3 | {"at": ""}], "rules-0-at: Give a time of day, such as 10:00 AM."),
            ([DAY_3 | {"number": 61}], "rules-0-number: At most 60 days before."),
            ([DAY_3 | {"number": 0}], "rules-0-number: Give at least 1."),
            ([DAY_3 | {"number": ""}], "rules-0-number: Give a number of days or hours."),
            (
                [HOURS_2 | {"number": 7}],
                "rules-0-number: At most 6 hours before; else give days.",
            ),
            (
                [DAY_3 | {"by_text": "", "by_mail": ""}],
                "rules-0-by_text: Choose text, mail or both. To send none, switch it off.",
            ),
            (
                [DAY_3, DAY_3 | {"at": "15:00"}],
                "rules-1-number: There is another reminder 3 days before. One a day is enough.",
            ),
            (
                [HOURS_2, HOURS_2 | {"number": 4}],
                "rules-1-number: There is another reminder on the day itself. One a day is enough.",
            ),
            (
                [DAY_3, DAY_1, HOURS_2, DAY_3 | {"number": 5}],
                (
                    "rules-3-by_text: No more than 3 texts in 7 days: the fourth would not be "
                    "sent. Take text off here or off another."
                ),
            ),
        ],
    )
    def test_are_named_at_their_field(self, manager: Client, rows: list[Row], said: str) -> None:
        assert said in save(manager, *rows)
        assert ReminderRule.objects.filter(visit_type=None).count() == 3

    def test_of_a_fourth_reminder_by_mail_there_are_none(self, manager: Client) -> None:
        assert save(manager, DAY_3, DAY_1, HOURS_2, DAY_3 | {"number": 5, "by_text": ""}) == []


class TestTheExample:
    """It says when each message leaves and how it reads: just as a booking made then has it."""

    def shown(self, manager: Client, *rows: Row, **more: object) -> list[tuple[str, str, str]]:
        """(when, subject, words) of each message."""
        page = soup(manager.post(PATH, form(*rows, act="preview", **more)))
        return [
            (
                item.h3.get_text(strip=True),
                item.strong.get_text(strip=True) if item.strong else "",
                item.pre.get_text(),
            )
            for item in page.select("ol > li")
        ]

    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize("rows", [(DAY_3, DAY_1, HOURS_2), (DAY_3 | {"by_mail": ""},)])
    def test_is_what_a_booking_gets(
        self, manager: Client, rows: tuple[Row, ...], language: str
    ) -> None:
        example = {"example-language": language}
        shown = self.shown(manager, *rows, **example)
        assert save(manager, *rows) == []
        visit = book(person=a_person(language=language))
        clinic = current_clinic()
        real = []
        for message in visit.messages.order_by("due_at", "-channel", "pk"):
            sent = outgoing(message, compose(message, clinic), clinic, now=message.due_at)
            when = in_words(message.due_at, clinic.zone, "en")
            at_once = ", at once" if message.due_at == NOW else ""
            leaves = f"{when.date_short}, {when.time} {when.zone}{at_once}"
            real.append((leaves, sent.subject, _without_secrets(sent.text, visit)))
        assert real
        made_up = Appointment(reference="7K3M9QWX")
        assert [(*one[:2], _without_secrets(one[2], made_up)) for one in shown] == real

    def test_follows_what_is_typed_and_saves_nothing(self, manager: Client) -> None:
        shown = self.shown(manager, DAY_3 | {"number": 2, "at": "11:15"})
        assert "Sun Nov 22, 11:15 AM EST" in [when for when, _subject, _words in shown]
        assert ReminderRule.objects.filter(name="2-days").count() == 0

    def test_says_why_nothing_goes(self, manager: Client) -> None:
        typed = form(DAY_3, act="preview")
        for consent in ("texts", "mail"):
            del typed[f"example-agreed_{consent}"]
        assert "They agreed to neither: nothing goes out" in words_of(manager.post(PATH, typed))
        off = form(DAY_3 | {"active": ""}, act="preview")
        assert "Nobody is reminded by these rules" in words_of(manager.post(PATH, off))
        soon = form(DAY_3, act="preview", **{"example-visit_on": "2026-11-16"})
        soon["example-visit_at"] = "14:00"
        assert "No reminder goes out" in words_of(manager.post(PATH, soon))

    def test_keeps_to_quiet_hours(self, manager: Client) -> None:
        night = {"example-booked_at": "23:00"}
        shown = self.shown(manager, DAY_3, **night)
        assert shown[0][0] == "Mon Nov 16, 11:00 PM EST, at once"

    def test_must_come_after_the_booking(self, manager: Client) -> None:
        typed = form(DAY_3, act="preview", **{"example-visit_on": "2026-11-10"})
        answer = manager.post(PATH, typed)
        assert answer.status_code == 422
        assert "The visit comes after the booking." in words_of(answer)

    def test_leaves_nothing_behind(self, manager: Client) -> None:
        self.shown(manager, DAY_3)
        assert not Message.objects.exists()
        assert not Appointment.objects.exists()


def _without_secrets(text: str, visit: Appointment) -> list[str]:
    """Its words but for the links and the reference, which no two visits share."""
    words = text.replace(visit.reference, "REFERENCE").split()
    links = ("/a/", "/i/", "/u/")
    return ["LINK" if any(link in word for link in links) else word for word in words]
