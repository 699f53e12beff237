"""Reminder rules are changed, and what is planned follows."""

from datetime import datetime, time, timedelta

import pytest

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider, ReminderRule, VisitType
from scheduler.messaging.consent.lift_opt_out import opt_in
from scheduler.messaging.consent.opt_out import opt_out
from scheduler.messaging.consent.preferences import set_preferences
from scheduler.messaging.models import Message, RemindersToReplan
from scheduler.messaging.outlook import Why, outlook
from scheduler.messaging.reminders.replan import SETTLED_AFTER, replan_reminders
from scheduler.messaging.reminders.set_rules import (
    RulesChanged,
    fingerprint,
    set_reminder_rules,
)
from tests.factories import NOW, PHONE, TUESDAY, a_person, at, book, messages_of, somebody
from tests.messaging.carriers import Carrier, deliver_due

HOUR = timedelta(hours=1)
THEN = NOW + SETTLED_AFTER
SMS, MAIL = "sms", "email"


def days(number: int, hour: int = 10, **more: bool) -> ReminderRule:
    name = f"{number}-days" if number > 1 else "1-day"
    return ReminderRule(name=name, days_before=number, at=time(hour), **more)


def set_rules(*rules: ReminderRule, of: VisitType | None = None, now: datetime = NOW) -> None:
    """As a manager does, and what the workers make of it a minute later."""
    set_reminder_rules(of, rules, seen=fingerprint(of), now=now)
    replan_reminders(now=now + SETTLED_AFTER)


def planned(visit: Appointment, channel: str = SMS) -> dict[str, str]:
    """Reminder to when it is due, as the clinic's wall shows it."""
    rows = messages_of(visit, channel=channel, status="planned", kind__startswith="reminder-")
    return {
        row.kind.removeprefix("reminder-"): f"{row.due_at.astimezone(NOW.tzinfo):%m-%d %H:%M}"
        for row in rows
    }


@pytest.fixture
def visit(dana: Provider) -> Appointment:
    """On Tuesday, November 24, 10:00; booked a week ahead."""
    booked = book()
    Message.objects.filter(kind="confirmation").update(status="delivered")
    return booked


@pytest.mark.django_db
class TestComingVisits:
    def test_follow_new_rules(self, visit: Appointment) -> None:
        assert planned(visit) == {"3-days": "11-21 10:00", "1-day": "11-23 10:00"}
        set_rules(days(5), days(3, 14), days(1, by_text=False))
        assert planned(visit) == {"5-days": "11-19 10:00", "3-days": "11-21 14:00"}
        assert planned(visit, MAIL) == {
            "5-days": "11-19 10:00",
            "3-days": "11-21 14:00",
            "1-day": "11-23 10:00",
        }

    def test_are_left_alone_until_who_books_has_committed(self, visit: Appointment) -> None:
        set_reminder_rules(None, [days(5)], seen=fingerprint(None), now=NOW)
        assert replan_reminders(now=NOW + SETTLED_AFTER - timedelta(seconds=1)) == 0
        assert "5-days" not in planned(visit)
        assert replan_reminders(now=THEN) == 1
        assert list(planned(visit)) == ["5-days"]
        assert not RemindersToReplan.objects.exists()

    def test_expire_when_the_next_is_due(self, visit: Appointment) -> None:
        set_rules(days(3), days(2))
        first, second = messages_of(visit, channel=SMS, status="planned")
        assert first.expires_at == second.due_at

    def test_get_back_what_was_taken_away(self, visit: Appointment) -> None:
        set_rules(days(1))
        gone = messages_of(visit, channel=SMS, kind="reminder-3-days")[0]
        assert (gone.status, gone.reason) == ("cancelled", "rules-changed")
        set_rules(days(3, 12), days(1), now=NOW + HOUR)
        assert planned(visit) == {"3-days": "11-21 12:00", "1-day": "11-23 10:00"}
        assert deliver_due(Carrier(), now=at("2026-11-21 12:00")) == ["accepted"]

    def test_are_not_reminded_again_of_what_went_out(self, visit: Appointment) -> None:
        sent_at = at("2026-11-21 10:00")
        assert deliver_due(Carrier(), now=sent_at) == ["accepted"]
        set_rules(days(3, 15), days(1), now=sent_at + HOUR)
        assert planned(visit) == {"1-day": "11-23 10:00"}
        assert deliver_due(Carrier(), now=at("2026-11-21 15:00")) == []

    def test_keep_what_was_planned_where_the_rules_come_too_late(self, visit: Appointment) -> None:
        set_rules(days(1))
        early = at("2026-11-23 09:00")
        set_rules(days(7), now=early)
        assert planned(visit) == {"1-day": "11-23 10:00"}

    def test_are_reminded_of_no_more_where_all_rules_are_off(self, visit: Appointment) -> None:
        set_rules(days(3, active=False))
        assert planned(visit) == {}
        assert outlook(visit, for_staff=True).why_no_reminder is not None

    def test_that_are_off_or_stopped_follow_in_silence(self, visit: Appointment) -> None:
        set_preferences(visit.pk, reminders_on=False, now=NOW)
        opt_out(SMS, PHONE, source="text", now=NOW)
        set_rules(days(4))
        assert (planned(visit), planned(visit, MAIL)) == ({}, {})
        set_preferences(visit.pk, reminders_on=True, now=THEN)
        assert planned(visit, MAIL) == {"4-days": "11-20 10:00"}
        opt_in(SMS, PHONE, source="text", now=THEN)
        assert deliver_due(Carrier(), now=at("2026-11-20 10:00"), channel=MAIL) == ["accepted"]

    def test_of_other_types_stay_as_they_are(self, visit: Appointment) -> None:
        visit_type = visit.visit_type
        other = VisitType.objects.get(slug="follow-up")
        set_rules(days(5), of=other)
        assert list(planned(visit)) == ["3-days", "1-day"]
        set_rules(days(6), of=visit_type)
        assert list(planned(visit)) == ["6-days"]
        set_rules(days(2))
        assert list(planned(visit)) == ["6-days"]

    def test_go_by_the_rules_of_all_again(self, visit: Appointment) -> None:
        set_rules(days(6), of=visit.visit_type)
        visit.visit_type.refresh_from_db()
        set_reminder_rules(
            visit.visit_type, None, seen=fingerprint(visit.visit_type), now=NOW + HOUR
        )
        replan_reminders(now=NOW + HOUR + SETTLED_AFTER)
        assert list(planned(visit)) == ["3-days", "1-day"]

    def test_are_seen_to_in_turns(self, dana: Provider) -> None:
        visits = [
            book(at(f"2026-11-24 {9 + number:02}:00"), person=somebody(number))
            for number in range(5)
        ]
        set_reminder_rules(None, [days(5)], seen=fingerprint(None), now=NOW)
        assert [replan_reminders(now=THEN, limit=2) for _ in range(4)] == [2, 2, 1, 0]
        assert all(list(planned(visit)) == ["5-days"] for visit in visits)

    def test_begin_anew_where_the_rules_change_meanwhile(self, dana: Provider) -> None:
        for number in range(3):
            book(at(f"2026-11-24 {9 + number:02}:00"), person=somebody(number))
        set_reminder_rules(None, [days(5)], seen=fingerprint(None), now=NOW)
        replan_reminders(now=THEN, limit=2)
        set_reminder_rules(None, [days(4)], seen=fingerprint(None), now=THEN)
        assert replan_reminders(now=THEN + SETTLED_AFTER) == 3
        kinds = Message.objects.filter(status="planned", kind__startswith="reminder").values_list(
            "kind", flat=True
        )
        assert set(kinds) == {"reminder-4-days"}


@pytest.mark.django_db
class TestSettingRules:
    def test_is_refused_to_who_saw_others(self, dana: Provider) -> None:
        seen = fingerprint(None)
        set_reminder_rules(None, [days(5)], seen=seen, now=NOW)
        with pytest.raises(RulesChanged):
            set_reminder_rules(None, [days(4)], seen=seen, now=NOW)
        assert list(ReminderRule.objects.values_list("name", flat=True)) == ["5-days"]

    def test_that_changes_nothing_replans_nothing(self, dana: Provider) -> None:
        stands = list(ReminderRule.objects.all())
        assert not set_reminder_rules(None, stands, seen=fingerprint(None), now=NOW)
        assert not RemindersToReplan.objects.exists()

    def test_is_on_the_audit_log(self, dana: Provider) -> None:
        set_reminder_rules(None, [days(3, 11)], seen=fingerprint(None), now=NOW)
        log = ReminderRule.pgh_event_model.objects.order_by("pgh_id")  # type: ignore[attr-defined]
        labels = [row.pgh_label for row in log if row.pgh_label != "insert"]
        assert sorted(labels) == ["delete", "delete", "update"]


@pytest.mark.django_db
class TestWays:
    """Rules that choose a way, and people who agreed to the other."""

    def test_are_kept_for_who_agreed_to_them(self, dana: Provider) -> None:
        set_rules(days(3, by_mail=False), days(1, by_text=False))
        visit = book()
        assert (list(planned(visit)), list(planned(visit, MAIL))) == (["3-days"], ["1-day"])

    def test_give_way_for_who_agreed_to_none_of_them(self, dana: Provider) -> None:
        set_rules(days(3, by_mail=False), days(1, by_mail=False))
        visit = book(person=a_person(phone="", sms_consent=False))
        assert list(planned(visit, MAIL)) == ["3-days", "1-day"]

    def test_give_way_where_the_number_has_stopped(self, dana: Provider) -> None:
        set_rules(days(3, by_mail=False))
        opt_out(SMS, PHONE, source="text", now=NOW)
        visit = book()
        assert list(planned(visit, MAIL)) == ["3-days"]

    def test_of_a_booking_two_days_ahead_leave_one_reminder(self, dana: Provider) -> None:
        set_rules(days(7, by_mail=False))
        visit = book(at("2026-11-18 10:00"))
        assert planned(visit) == planned(visit, MAIL) == {"at-least-one": "11-17 18:00"}


@pytest.mark.django_db
def test_a_type_with_no_reminders_of_its_own_says_so(dana: Provider) -> None:
    visit = book(TUESDAY)
    visit_type = visit.visit_type
    set_rules(of=visit_type)
    found = outlook(Appointment.objects.get(pk=visit.pk), for_staff=True)
    assert found.why_no_reminder in {Why.NOT_FOR_THESE, Why.NOT_SENT}
