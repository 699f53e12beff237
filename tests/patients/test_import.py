"""Files from another system come in whole or not at all, and never twice."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scheduler.booking.import_appointments import COLUMNS as VISIT_COLUMNS
from scheduler.booking.models import Appointment
from scheduler.booking.undo_cancel import undo_cancel
from scheduler.clinic.models import Provider
from scheduler.links.issue import tokens_of
from scheduler.links.models import Link
from scheduler.messaging.models import Message
from scheduler.patients.import_patients import COLUMNS as PATIENT_COLUMNS
from scheduler.patients.merge import merge_patients
from scheduler.patients.models import Contact, Patient
from tests.factories import EMAIL, NOW, PHONE, STAFF, at, make_patient
from tests.rows import row_counts

pytestmark = pytest.mark.django_db
PATIENTS = """name,date_of_birth,phone,email,language
Ana Ruiz,3/9/1958,(419) 555-0123,ana@example.org,es
Ben O'Neil,1971-11-20,419-555-0177,,
Luz Ruiz,,,luz@example.org,en
"""
VISITS = f"""{",".join(VISIT_COLUMNS)}
Ana Ruiz,3/9/1958,(419) 555-0123,,new-patient,dana,,2026-11-24 10:00,,Brings her MRI
Ben O'Neil,11/20/1971,419-555-0177,,new-patient,dana,,2026-10-06T13:00-04:00,completed,
"""


def run(command: str, content: str, tmp_path: Path, **options: bool) -> str:
    """What the command said."""
    file = tmp_path / "file.csv"
    file.write_text(content, "utf-8")
    said = StringIO()
    try:
        call_command(command, file, stdout=said, **options)
    except CommandError as error:
        return f"{said.getvalue()}{error}"
    return said.getvalue()


def import_patients(content: str, tmp_path: Path, **options: bool) -> str:
    return run("import_patients", content, tmp_path, **options)


def import_visits(content: str, tmp_path: Path, **options: bool) -> str:
    return run("import_appointments", content, tmp_path, **options)


def changed(content: str, old: str, new: str) -> str:
    assert old in content
    return content.replace(old, new)


class TestPatients:
    def test_come_in_as_if_they_had_been_typed(self, tmp_path: Path) -> None:
        assert "3 added, 0 known already" in import_patients(PATIENTS, tmp_path)
        ana = Patient.objects.get(folded_name="ana ruiz")
        assert (str(ana.phone), ana.email, ana.language) == (PHONE, EMAIL, "es")
        assert Patient.objects.get(name="Ben O'Neil").folded_name == "ben oneil"
        assert Contact.objects.filter(relation="self").count() == 3
        assert ana.keys.filter(key="ruiz ana").exists()

    def test_of_the_same_file_change_nothing_the_second_time(self, tmp_path: Path) -> None:
        import_patients(PATIENTS, tmp_path)
        before = row_counts()
        assert "0 added, 3 known already" in import_patients(PATIENTS, tmp_path)
        assert row_counts() == before

    def test_who_stand_twice_in_a_file_come_in_once(self, tmp_path: Path) -> None:
        again = PATIENTS + "ANA  RUIZ,1958-03-09,+14195550123,,\n"
        assert "3 added, 1 known already" in import_patients(again, tmp_path)

    def test_do_not_change_in_a_dry_run(self, tmp_path: Path) -> None:
        before = row_counts()
        assert "3 would be added" in import_patients(PATIENTS, tmp_path, dry_run=True)
        assert row_counts() == before

    @pytest.mark.parametrize(
        ("old", "new", "line", "column", "hint"),
        [
            ("Ana Ruiz", "", "2", "name", "Give the name."),
            ("Ana Ruiz", "4711", "2", "name", "Write the name with letters"),
            ("1971-11-20", "20.11.1971", "3", "date_of_birth", "There is no such day."),
            ("419-555-0177", "0177", "3", "phone", "phone number with its area code"),
            ("luz@example.org", "luz", "4", "email", "Give a mail address"),
            (",en\n", ",fr\n", "4", "language", "Give one of en, es."),
            ("Luz Ruiz", "L" * 121, "4", "name", "Give 120 characters at most."),
        ],
    )
    def test_with_a_wrong_line_stay_out_all_of_them(
        self, tmp_path: Path, old: str, new: str, line: str, column: str, hint: str
    ) -> None:
        before = row_counts()
        said = import_patients(changed(PATIENTS, old, new), tmp_path)
        assert "Nothing was imported: 1 to put right." in said
        (row,) = [row for row in said.splitlines() if hint in row]
        assert [part.strip() for part in row.strip("│ ").split("│")][:2] == [line, column]
        assert row_counts() == before

    def test_with_several_wrong_lines_are_all_reported(self, tmp_path: Path) -> None:
        wrong = changed(changed(PATIENTS, "1971-11-20", "x"), "luz@example.org", "luz")
        assert "2 to put right" in import_patients(wrong, tmp_path)

    @pytest.mark.parametrize(
        ("old", "new", "hint"),
        [
            ("email,", "", "This column is missing."),
            ("language\n", "language,shoe\n", "There is no such column"),
            (",es\n", "\n", "The line has 4 cells, and 5 columns are named."),
        ],
    )
    def test_in_a_file_of_another_shape_are_refused(
        self, tmp_path: Path, old: str, new: str, hint: str
    ) -> None:
        assert hint in import_patients(changed(PATIENTS, old, new), tmp_path)
        assert not Patient.objects.exists()

    def test_in_no_file_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="can't be read"):
            call_command("import_patients", tmp_path / "none.csv", stdout=StringIO())

    def test_alike_in_name_and_birth_date_are_flagged_and_families_are_not(
        self, tmp_path: Path
    ) -> None:
        make_patient(phone="+14195550188")
        import_patients(changed(PATIENTS, "luz@example.org", "ana@example.org"), tmp_path)
        flagged = Patient.objects.filter(possible_duplicate=True)
        assert [(one.name, str(one.phone)) for one in flagged] == [("Ana Ruiz", PHONE)]


@pytest.fixture
def patients(dana: Provider, tmp_path: Path) -> None:
    import_patients(PATIENTS, tmp_path)


@pytest.mark.usefixtures("patients")
class TestVisits:
    def test_come_in_with_their_state_and_on_the_clinic_s_clock(self, tmp_path: Path) -> None:
        assert "2 added, 0 known already" in import_visits(VISITS, tmp_path)
        past, coming = Appointment.objects.order_by("starts_at")
        assert (past.starts_at, past.status) == (at("2026-10-06 13:00"), "completed")
        assert (coming.starts_at, coming.status, coming.note) == (
            at("2026-11-24 10:00"),
            "booked",
            "Brings her MRI",
        )
        assert (coming.patient, coming.language) == (Patient.objects.get(name="Ana Ruiz"), "es")

    def test_owe_nobody_a_message_and_can_be_opened_by_link(self, tmp_path: Path) -> None:
        import_visits(VISITS, tmp_path)
        assert not Message.objects.exists()
        assert Link.objects.filter(appointment__status="booked").count() == 2

    def test_that_were_canceled_come_back_with_links_to_tell_of(self, tmp_path: Path) -> None:
        import_visits(changed(VISITS, "10:00,,Brings", "10:00,cancelled,Brings"), tmp_path)
        off = Appointment.objects.get(status="cancelled")
        assert undo_cancel(off.pk, by=STAFF, now=NOW).status == "booked"
        assert tokens_of(off.links.all()).keys() == {"a", "i"}

    def test_by_phone_need_a_number_to_call(self, tmp_path: Path) -> None:
        Contact.objects.filter(name="Ana Ruiz").update(phone="")
        Patient.objects.filter(name="Ana Ruiz").update(phone="")
        header, ana, _ben = VISITS.splitlines()
        by_mail = changed(ana, "(419) 555-0123,,new-patient", ",ana@example.org,phone-visit")
        by_phone = f"{header}\n{by_mail}\n"
        said = import_visits(by_phone, tmp_path)
        assert "patient_phone" in said
        assert "We call for this visit" in said
        assert not Appointment.objects.exists()

    def test_of_the_same_file_change_nothing_the_second_time(self, tmp_path: Path) -> None:
        import_visits(VISITS, tmp_path)
        before = row_counts()
        assert "0 added, 2 known already" in import_visits(VISITS, tmp_path)
        assert row_counts() == before

    def test_do_not_change_in_a_dry_run(self, tmp_path: Path) -> None:
        before = row_counts()
        assert "2 would be added" in import_visits(VISITS, tmp_path, dry_run=True)
        assert row_counts() == before

    @pytest.mark.parametrize(
        ("old", "new", "column", "hint"),
        [
            ("(419) 555-0123", "(419) 555-0188", "patient_name", "import the patients first"),
            ("new-patient,dana,,2026-11", "x,dana,,2026-11", "visit_type", "Give one of"),
            ("dana,,2026-11", "zoe,,2026-11", "provider", "Give one of dana."),
            ("dana,,2026-11", "dana,attic,2026-11", "room", "Give one of"),
            ("2026-11-24 10:00", "Tuesday", "start", "Give a time such as"),
            ("2026-11-24 10:00", "", "start", "Give the start of the visit."),
            ("2026-11-24 10:00", "2026-03-08 02:30", "start", "The clock skips that time"),
            ("completed", "held", "status", "Give one of"),
        ],
    )
    def test_with_a_wrong_line_stay_out_all_of_them(
        self, tmp_path: Path, old: str, new: str, column: str, hint: str
    ) -> None:
        before = row_counts()
        said = import_visits(changed(VISITS, old, new), tmp_path)
        assert "Nothing was imported: 1 to put right." in said
        (row,) = [row for row in said.splitlines() if hint in row]
        assert row.strip("│ ").split("│")[1].strip() == column
        assert row_counts() == before

    def test_that_overlap_are_refused(self, tmp_path: Path) -> None:
        clash = VISITS + "Luz Ruiz,,,luz@example.org,new-patient,dana,,2026-11-24 10:30,,\n"
        said = import_visits(clash, tmp_path)
        assert "has another visit then" in said
        assert not Appointment.objects.exists()

    def test_of_somebody_merged_go_to_the_kept_one(self, tmp_path: Path) -> None:
        kept = make_patient("Anna Ruiz-Lopez", phone="+14195550188")
        merge_patients(kept.pk, Patient.objects.get(name="Ana Ruiz").pk)
        import_visits(VISITS, tmp_path)
        assert Appointment.objects.get(status="booked").patient == kept


@pytest.mark.usefixtures("patients")
class TestExport:
    def export(self, what: str, tmp_path: Path) -> str:
        file = tmp_path / "out.csv"
        call_command("export", what, file)
        return file.read_text("utf-8")

    def test_is_what_the_imports_read(self, tmp_path: Path) -> None:
        import_visits(VISITS, tmp_path)
        before = row_counts()
        people, visits = (self.export(what, tmp_path) for what in ("patients", "appointments"))
        assert people.splitlines()[0] == ",".join(PATIENT_COLUMNS)
        assert visits.splitlines()[0] == ",".join(VISIT_COLUMNS)
        assert "Ana Ruiz,1958-03-09,(419) 555-0123,ana@example.org,es" in people
        assert "2026-11-24 10:00-05:00" in visits
        assert "0 added, 3 known already" in import_patients(people, tmp_path)
        assert "0 added, 2 known already" in import_visits(visits, tmp_path)
        assert row_counts() == before

    def test_has_no_formula_in_it(self, tmp_path: Path) -> None:
        import_visits(changed(VISITS, "Brings her MRI", "=1+1"), tmp_path)
        visits = self.export("appointments", tmp_path)
        assert ",'=1+1\n" in visits
        Appointment.objects.filter(note="=1+1").delete()
        import_visits(visits, tmp_path)
        assert Appointment.objects.filter(note="=1+1").exists()

    def test_goes_to_the_terminal_without_a_file(self) -> None:
        said = StringIO()
        call_command("export", "patients", stdout=said)
        assert "Ana Ruiz" in said.getvalue()


def test_the_help_says_what_each_column_holds(capsys: pytest.CaptureFixture[str]) -> None:
    for command, columns in (
        ("import_patients", PATIENT_COLUMNS),
        ("import_appointments", VISIT_COLUMNS),
    ):
        with pytest.raises(SystemExit):
            call_command(command, "--help")
        said = capsys.readouterr().out
        assert all(f"  {column} " in said for column in columns)
