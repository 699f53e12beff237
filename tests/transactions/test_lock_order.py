"""Locks are taken in one order: who breaks it is found the first time, not when two meet."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from scheduler.booking.holds.expire import expire_holds
from scheduler.clinic.models import Clinic, Provider
from scheduler.transactions.lock_order import OutOfOrder, broken, watch
from scheduler.transactions.locks import Lock, exclusive, shared
from scheduler.transactions.row_locks import lock_row
from scheduler.transactions.timeouts import set_up
from tests.factories import NOW, TUESDAY

pytestmark = pytest.mark.django_db

DANA, ELI = (Lock.PROVIDER, 1), (Lock.PROVIDER, 2)
ROOM, CALLER = (Lock.ROOM, 1), (Lock.CONTACT, 9)


class TestAdvisoryLocks:
    def test_are_sorted_whoever_asks(self) -> None:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            exclusive(ROOM, ELI, CALLER, DANA)
        sql = queries[0]["sql"]
        assert re.findall(r"lock\((\d+), (\d+)\)", sql) == [
            (str(int(kind)), str(pk)) for kind, pk in (CALLER, DANA, ELI, ROOM)
        ]

    def test_may_come_one_after_the_other_in_their_order(self) -> None:
        with transaction.atomic():
            exclusive(CALLER)
            shared(DANA, ELI)
            exclusive(ROOM)

    @pytest.mark.parametrize("late", [CALLER, DANA])
    def test_of_an_earlier_class_or_id_are_refused_later(self, late: tuple[Lock, int]) -> None:
        with transaction.atomic():
            exclusive(ELI)
            with pytest.raises(OutOfOrder):
                exclusive(late)

    def test_that_are_held_may_be_asked_for_again_and_cost_nothing(self) -> None:
        with transaction.atomic():
            exclusive(DANA, ROOM)
            with CaptureQueriesContext(connection) as queries:
                shared(DANA)
                exclusive(DANA, ROOM)
            assert len(queries) == 0

    def test_are_not_made_stronger_once_later_ones_are_held(self) -> None:
        with transaction.atomic():
            shared(DANA, ELI)
            with pytest.raises(OutOfOrder):
                exclusive(DANA)

    def test_begin_anew_with_each_transaction(self) -> None:
        for key in (ROOM, DANA):
            with transaction.atomic():
                exclusive(key)

    def test_are_kept_by_a_transaction_only(self) -> None:
        with pytest.raises(OutOfOrder):
            exclusive(DANA)


class TestRows:
    def test_are_locked_after_advisory_locks(self, dana: Provider) -> None:
        with transaction.atomic():
            exclusive(DANA)
            lock_row(Provider.objects.all(), dana.pk)

    def test_that_are_locked_refuse_any_further_advisory_lock(self, dana: Provider) -> None:
        with transaction.atomic():
            lock_row(Provider.objects.all(), dana.pk)
            with pytest.raises(OutOfOrder):
                exclusive(DANA)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_that_are_changed_count_as_locked(self, dana: Provider, change: str) -> None:
        with transaction.atomic():
            if change == "update":
                Provider.objects.update(active=True)
            else:
                Provider.objects.all().delete()
            with pytest.raises(OutOfOrder):
                shared(DANA)


class TestAConnection:
    def test_that_opens_in_a_request_keeps_its_watch_and_nothing_else(self) -> None:
        """The audit log wraps statements while a request runs, and takes the last wrapper away."""
        before = list(connection.execute_wrappers)
        connection.execute_wrappers.clear()
        try:
            with connection.execute_wrapper(lambda execute, *rest: execute(*rest)):
                set_up(connection)
            assert connection.execute_wrappers == [watch]
        finally:
            connection.execute_wrappers[:] = before


class TestInProduction:
    def test_the_lock_is_taken_and_the_fault_counted(self, settings: Settings) -> None:
        before = broken._value.get()
        settings.STRICT_LOCK_ORDER = False
        with transaction.atomic():
            exclusive(ROOM)
            exclusive(DANA)
            with connection.cursor() as cursor:
                cursor.execute(
                    "select count(*) from pg_locks "
                    "where locktype = 'advisory' and pid = pg_backend_pid()"
                )
                assert cursor.fetchone() == (2,)
        assert broken._value.get() == before + 1


class TestWhatCommitsByItself:
    def test_expiring_holds_is_refused_inside_a_transaction(self, clinic: Clinic) -> None:
        assert expire_holds(TUESDAY, TUESDAY, now=NOW) == 0
        with transaction.atomic(), pytest.raises(OutOfOrder):
            expire_holds(TUESDAY, TUESDAY, now=NOW)
