"""Who upgrades keeps everything: rows, histories, links, rights, and what was still to be sent."""

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from scheduler.accounts.access import may
from scheduler.accounts.roles import MANAGER, Right
from scheduler.booking.cancel import cancel
from scheduler.booking.confirm import confirm
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.reschedule import reschedule
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import VisitType
from scheduler.clinic.reminder_rules import in_force
from scheduler.closures.answer_offer import accept_offer
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.transactions.models import IdempotencyKey
from tests.data_checks.coherent import findings
from tests.emptying import tables_with_rows
from tests.factories import PATIENT, TUESDAY, code_of, hold, somebody, token_of
from tests.staff import signed_in
from tests.upgrade.every_table import AFTERWARDS, DAY, HEATING, HOUR, MINUTE, SNOW
from tests.upgrade.upgraded import count_rows, expected, without_rows
from tests.upgrade.week import WEEK_ENDS, send_a_week, words_of

# The tables that have another name since, by the one they had.
RENAMED = {
    "scheduler_asked": "scheduler_ratelimitevent",
    "scheduler_closedday": "scheduler_emergencyclosure",
    "scheduler_closeddayevent": "scheduler_emergencyclosureevent",
    "scheduler_offer": "scheduler_rescheduleoffer",
    "scheduler_offerevent": "scheduler_rescheduleofferevent",
}
# Those that came since.
ADDED = {
    "scheduler_alarm",
    "scheduler_circuit",
    "scheduler_demorow",
    "scheduler_reminderoptout",
    "scheduler_reminderstoreplan",
}
# The reminders that every visit type had for itself became those of all, with their history.
GATHERED = {
    "scheduler_reminderrule",
    "scheduler_reminderruleevent",
    "scheduler_visittypeevent",
}

pytestmark = [pytest.mark.usefixtures("database_of_before"), pytest.mark.django_db]


class TestTheRows:
    def test_are_all_there(self) -> None:
        before = {RENAMED.get(table, table): count for table, count in expected()["rows"].items()}
        after = count_rows(tables_with_rows())
        assert {table: after[table] for table in set(after) - GATHERED} == {
            table: before[table] for table in set(before) - GATHERED
        }
        assert without_rows() == ADDED

    def test_that_remind_of_visits_say_what_they_said(self) -> None:
        rules = {one.slug: [rule.name for rule in in_force(one)] for one in VisitType.objects.all()}
        assert rules.pop("call") == ["1-day"]
        assert rules
        assert all(names == ["3-days", "1-day", "2-hours"] for names in rules.values())

    def test_fit_together(self) -> None:
        assert findings(now=AFTERWARDS) == []

    def test_that_are_remembered_are_found_by_their_reference(self) -> None:
        known = IdempotencyKey.objects.get()
        assert known.answer == {"id": known.reference}
        assert Appointment.objects.filter(reference=known.reference).exists()


class TestTheHistory:
    def test_goes_on(self) -> None:
        before = count_rows([RescheduleOffer.pgh_event_model._meta.db_table])  # type: ignore[attr-defined]
        RescheduleOffer.objects.filter(status="sent").update(status="expired")
        after = count_rows(before)
        assert [after[table] - before[table] for table in before] == [2]

    @pytest.mark.parametrize("model", [RescheduleOffer, EmergencyClosure])
    def test_cannot_be_rewritten(
        self, model: type[RescheduleOffer] | type[EmergencyClosure]
    ) -> None:
        table = model.pgh_event_model._meta.db_table  # type: ignore[union-attr]
        with (
            pytest.raises(ProgrammingError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f'DELETE FROM "{table}"')

    def test_is_read_by_managers(self) -> None:
        manager = User.objects.get(username="manager")
        assert may(manager, Right.SEE_AUDIT_LOG)
        with time_machine.travel(AFTERWARDS, tick=False):
            page = signed_in(manager).get("/staff/trail/?since=2026-11-01&until=2030-01-01")
        assert page.status_code == 200
        assert "Snow" in page.text


class TestTheLinks:
    def test_open_what_they_opened(self, client: Client) -> None:
        for reference, token in expected()["links"].items():
            visit = Appointment.objects.get(reference=reference)
            assert token_of(visit) == token
            with time_machine.travel(AFTERWARDS, tick=False):
                assert client.get(f"/a/{token}").status_code in {200, 303}, visit.status


class TestTheJourneys:
    def test_of_a_visit_go_on(self) -> None:
        visit = Appointment.objects.get(reference=IdempotencyKey.objects.get().reference)
        confirm(visit.pk, now=AFTERWARDS)
        moved = reschedule(visit.pk, TUESDAY + 6 * HOUR, by=PATIENT, now=AFTERWARDS)
        assert moved.sequence == visit.sequence + 1
        cancel(visit.pk, by=PATIENT, now=AFTERWARDS + MINUTE)
        undo_cancel(visit.pk, by=PATIENT, now=AFTERWARDS + 2 * MINUTE)
        assert findings(now=AFTERWARDS + HOUR) == []

    def test_of_a_hold_go_on(self) -> None:
        held = Appointment.objects.exclude(code_channel="").get(
            status="held", hold_expires_at__gt=AFTERWARDS - 5 * MINUTE
        )
        assert verify(held.pk, code_of(held), now=AFTERWARDS - 5 * MINUTE).status == "booked"

    def test_begin(self) -> None:
        held = hold(TUESDAY + DAY + 5 * HOUR, person=somebody(20), now=AFTERWARDS)
        assert verify(held.pk, code_of(held), now=AFTERWARDS + MINUTE).status == "booked"

    def test_of_an_offer_go_on(self) -> None:
        offer = RescheduleOffer.objects.filter(status="sent").earliest("pk")
        assert accept_offer(offer.pk, now=AFTERWARDS).status == "booked"
        assert findings(now=AFTERWARDS + HOUR) == []

    def test_of_a_closed_day_go_on(self) -> None:
        manager = User.objects.get(username="manager")
        assert EmergencyClosure.objects.get(day=SNOW).sent_at is not None
        planned = EmergencyClosure.objects.get(day=HEATING)
        with time_machine.travel(AFTERWARDS, tick=False):
            page = signed_in(manager).get(f"/staff/time-off/snow/{planned.pk}/")
        assert "Heating" in page.text

    def test_of_managers_are_open_to_them(self) -> None:
        manager = User.objects.get(username="manager")
        assert manager.groups.get().name == MANAGER
        assert all(may(manager, right) for right in set(Right) - {Right.SEE_OWN_DAY})


class TestTheMessages:
    def test_that_were_planned_are_sent(self) -> None:
        before = [[to, subject, words_of(text)] for to, subject, text in expected()["sent"]]
        assert send_a_week() == sorted(before)

    def test_that_were_planned_fit_what_becomes_of_them(self) -> None:
        send_a_week()
        assert findings(now=WEEK_ENDS) == []
