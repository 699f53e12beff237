"""What a visit owes is written in the transaction that makes it owed."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from scheduler.booking.book import BookAtOnce
from scheduler.booking.confirm import confirm
from scheduler.booking.models import Appointment
from scheduler.booking.reserve import reserve
from scheduler.clinic.models import Clinic, Provider, ReminderRule, VisitType
from scheduler.clinic.reminder_rules import in_force
from scheduler.messaging.models import Consent, Message, Priority
from scheduler.transactions.idempotency import IdempotentCall
from tests.factories import (
    EMAIL,
    NOW,
    PHONE,
    STAFF,
    a_person,
    at,
    book,
    make_provider,
    messages_of,
    wanted,
)
from tests.rival import rival_on_our_connection

AFTERNOON = at("2026-11-24 14:00")


def texts(visit: Appointment, **which: object) -> list[tuple[str, datetime]]:
    return [(one.kind, one.due_at) for one in messages_of(visit, channel="sms", **which)]


class TestABooking:
    def test_owes_a_confirmation_now_and_three_reminders(self, dana: Provider) -> None:
        assert texts(book(AFTERNOON)) == [
            ("confirmation", NOW),
            ("reminder-3-days", at("2026-11-21 10:00")),
            ("reminder-1-day", at("2026-11-23 10:00")),
            ("reminder-2-hours", at("2026-11-24 12:00")),
        ]

    def test_owes_them_by_each_channel_that_was_agreed_to(self, dana: Provider) -> None:
        visit = book(AFTERNOON)
        assert {(one.channel, one.to) for one in messages_of(visit)} == {
            ("sms", PHONE),
            ("email", EMAIL),
        }
        assert len(messages_of(visit)) == 8

    @pytest.mark.parametrize(
        ("agreed", "channels"),
        [
            ({"sms_consent": False}, {"email"}),
            ({"email_consent": False}, {"sms"}),
            ({"sms_consent": False, "email_consent": False}, set()),
            ({"phone": ""}, {"email"}),
            ({"email": ""}, {"sms"}),
        ],
    )
    def test_owes_nothing_where_nobody_agreed(
        self, dana: Provider, agreed: dict[str, object], channels: set[str]
    ) -> None:
        visit = book(person=a_person(**agreed))
        assert {one.channel for one in messages_of(visit)} == channels

    def test_fixes_the_language(self, dana: Provider) -> None:
        visit = book(person=a_person(language="es"))
        assert {one.language for one in messages_of(visit)} == {"es"}

    def test_puts_the_confirmation_before_all_reminders(self, dana: Provider) -> None:
        owed = messages_of(book(AFTERNOON))
        assert {one.kind for one in owed if one.priority < Priority.REMINDER} == {"confirmation"}
        assert len(owed) > 1

    def test_stores_no_link_and_no_words_yet(self, dana: Provider) -> None:
        assert {(one.subject, one.body) for one in messages_of(book())} == {("", "")}


class TestReminders:
    def test_two_hours_ahead_falls_away_before_nine(self, dana: Provider) -> None:
        assert [kind for kind, _ in texts(book(at("2026-11-24 10:45")))][-1] == "reminder-1-day"
        later = at("2026-12-01 11:00")
        clinic_opens = ("reminder-2-hours", at("2026-12-01 09:00"))
        person = a_person(name="Ben Other")
        assert texts(book(later, person=person))[-1] == clinic_opens

    def test_none_comes_within_twenty_hours_of_the_confirmation(self, dana: Provider) -> None:
        start, now = at("2026-11-17 10:00"), at("2026-11-16 10:30")
        assert texts(book(start, now=now, by=STAFF))[1:] == []

    def test_but_one_comes_for_a_visit_a_day_ahead_or_more(self, dana: Provider) -> None:
        start = at("2026-11-18 10:00")
        assert texts(book(start, now=at("2026-11-16 14:01")))[1:] == [
            ("reminder-at-least-one", at("2026-11-17 18:00"))
        ]

    def test_one_comes_just_after(self, dana: Provider) -> None:
        start = at("2026-11-18 10:00")
        assert texts(book(start, now=at("2026-11-16 14:00")))[1:] == [
            ("reminder-1-day", at("2026-11-17 10:00"))
        ]

    def test_each_is_of_use_until_the_next(self, dana: Provider) -> None:
        visit = book(AFTERNOON)
        ends = [one.expires_at for one in messages_of(visit, channel="sms")][1:]
        assert ends == [
            at("2026-11-23 10:00"),
            at("2026-11-24 12:00"),
            AFTERNOON - timedelta(minutes=30),
        ]

    def test_keep_their_wall_clock_time_over_the_end_of_daylight_saving(
        self, clinic: Clinic
    ) -> None:
        make_provider()
        visit = book(at("2026-11-03 14:00"), now=at("2026-10-20 10:00"))
        assert [due for _, due in texts(visit)][1:] == [
            at("2026-10-31 10:00"),
            at("2026-11-02 10:00"),
            at("2026-11-03 12:00"),
        ]

    def test_follow_the_visit_types_own_rules(self, dana: Provider) -> None:
        VisitType.objects.filter(slug="new-patient").update(own_reminders=True)
        rules = ReminderRule.objects.filter(visit_type=None)
        rules.update(visit_type=VisitType.objects.get(slug="new-patient"))
        rules = ReminderRule.objects.filter(visit_type__slug="new-patient")
        rules.exclude(name="1-day").delete()
        rules.update(days_before=2, at=time(16, 30))
        assert texts(book(AFTERNOON))[1:] == [("reminder-1-day", at("2026-11-22 16:30"))]

    def test_move_into_the_clinics_hours_for_messages(self, dana: Provider) -> None:
        Clinic.objects.update(messages_from=time(11), messages_until=time(18))
        assert texts(book(AFTERNOON))[1] == ("reminder-3-days", at("2026-11-20 17:45"))

    def test_go_to_a_confirmed_patient_too(self, dana: Provider) -> None:
        visit = book(AFTERNOON)
        confirm(visit.pk, now=NOW)
        assert len(texts(visit, status="planned")) == 4


class TestAtomic:
    def test_a_rollback_leaves_no_message(self, dana: Provider) -> None:
        with transaction.atomic(), rival_on_our_connection():
            book()
            assert Message.objects.exists()
            transaction.set_rollback(True)
        assert not Message.objects.exists()

    def test_what_fails_last_takes_the_messages_with_it(self, dana: Provider) -> None:
        def fail(_: Appointment) -> dict[str, object]:
            raise RuntimeError

        idempotency = IdempotentCall("a-key-of-16-chars", b"{}", fail)
        with pytest.raises(RuntimeError):
            reserve(BookAtOnce(wanted()), now=NOW, idempotency=idempotency)
        assert not Message.objects.exists()
        assert not Consent.objects.exists()


class TestUnique:
    def test_a_visit_owes_each_kind_once_a_channel_and_sequence(self, dana: Provider) -> None:
        (one, *_) = messages_of(book(), kind="confirmation", channel="sms")
        one.pk, one.public_id = None, "00000000-0000-4000-8000-000000000000"
        with pytest.raises(IntegrityError, match="message_of_appointment_once"):
            one.save(force_insert=True)

    def test_a_message_has_one_owner(self, dana: Provider) -> None:
        (one, *_) = messages_of(book())
        with pytest.raises(IntegrityError, match="message_has_one_owner"):
            Message.objects.filter(pk=one.pk).update(appointment=None)


class TestDefaults:
    def test_every_visit_type_reminds_alike(self, clinic: Clinic) -> None:
        for visit_type in VisitType.objects.all():
            names = [rule.name for rule in in_force(visit_type)]
            assert sorted(names) == ["1-day", "2-hours", "3-days"]
