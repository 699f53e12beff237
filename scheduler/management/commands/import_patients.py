"""`manage.py import_patients FILE.csv [--dry-run]`: patients from another system."""

from scheduler.actions.import_patients import COLUMNS, import_patients
from scheduler.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Add the patients of a CSV file: all or none; the same file twice changes nothing."
    columns = COLUMNS
    act = staticmethod(import_patients)
