"""`manage.py import_patients FILE.csv [--dry-run]`: patients from another system."""

from scheduler.management.importing import ImportCommand
from scheduler.patients.import_patients import COLUMNS, import_patients


class Command(ImportCommand):
    help = "Add the patients of a CSV file: all or none; the same file twice changes nothing."
    columns = COLUMNS
    act = staticmethod(import_patients)
