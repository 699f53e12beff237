"""`manage.py export patients|appointments [FILE]`: what the imports read, as a CSV file."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from scheduler.booking import import_appointments
from scheduler.clinic.current import current_clinic
from scheduler.core.csv_safe import safe_row
from scheduler.patients import import_patients
from scheduler.patients.export_rows import appointment_rows, patient_rows


class Command(BaseCommand):
    help = "Write all patients or all visits as CSV, in the columns that the imports read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["patients", "appointments"])
        parser.add_argument("file", type=Path, nargs="?", help="the terminal, if left out")

    def handle(self, *args: Any, what: str, file: Path | None, **options: Any) -> None:
        if what == "patients":
            columns, rows = import_patients.COLUMNS, patient_rows()
        else:
            zone = current_clinic().zone
            columns, rows = import_appointments.COLUMNS, appointment_rows(zone)
        if file is None:
            self._write(self.stdout, columns, rows)
        else:
            with file.open("w", encoding="utf-8", newline="") as out:
                self._write(out, columns, rows)

    def _write(self, out: Any, columns: Any, rows: Any) -> None:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(safe_row(row) for row in rows)
