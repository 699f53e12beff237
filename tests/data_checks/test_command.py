"""`manage.py check_data`: reads, reports, and ends as it found things."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.data_checks.check import Check
from scheduler.data_checks.every_check import every_check
from scheduler.data_checks.run import run
from tests.factories import NOW, book

pytestmark = pytest.mark.django_db


def check_data(*arguments: str) -> tuple[int, str]:
    """How the command ends, and what it says."""
    said = StringIO()
    try:
        call_command("check_data", *arguments, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.fixture
def broken(dana: Provider) -> Appointment:
    """A visit that moved more often than it changed; so says an update that the log saw, too."""
    visit = book()
    Appointment.objects.filter(pk=visit.pk).update(version=0)
    return visit


class TestCheckData:
    def test_ends_well_where_all_fits_together(self, dana: Provider) -> None:
        book()
        ended, said = check_data()
        assert ended == 0
        assert f"{len(every_check())} checks, 0 findings" in said

    def test_says_what_is_wrong_and_ends_with_one(self, broken: Appointment) -> None:
        ended, said = check_data()
        assert ended == 1
        assert said.startswith(
            f"scheduler_appointment {broken.pk}: it moved more often than it changed; "
            "expected: a version above its sequence. [version-behind-sequence]"
        )
        assert "      1  version-behind-sequence\n" in said

    def test_tells_programs_the_same(self, broken: Appointment) -> None:
        ended, said = check_data("--json")
        assert ended == 1
        told = json.loads(said)
        assert told["counts"]["version-behind-sequence"] == 1
        assert [one["id"] for one in told["findings"]] == [str(broken.pk)]

    def test_makes_one_check_alone(self, broken: Appointment) -> None:
        assert check_data("--only", "busy-times")[0] == 0
        assert check_data("--only", "version-behind-sequence")[0] == 1

    def test_names_the_checks_to_who_misspells_one(self, dana: Provider) -> None:
        with pytest.raises(CommandError, match=r"no check busy-time\. There are: .*busy-times"):
            check_data("--only", "busy-time")

    def test_names_as_many_rows_as_asked_and_counts_all(self, broken: Appointment) -> None:
        each = Check(
            name="each",
            wrong="",
            expected="",
            sql="SELECT 'none', n::text, '' FROM generate_series(1, 12) AS n",
        )
        [outcome] = run([each], now=NOW, most=3)
        assert outcome.count == 12
        assert [finding.id for finding in outcome.findings] == ["1", "2", "3"]

    def test_can_change_nothing(self, dana: Provider) -> None:
        writing = Check(
            name="writing",
            wrong="",
            expected="",
            sql="SELECT 'none', nextval('scheduler_appointment_id_seq')::text, ''",
        )
        with pytest.raises(InternalError, match="read-only transaction"):
            run([writing], now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            assert cursor.fetchone() == ("off",)
