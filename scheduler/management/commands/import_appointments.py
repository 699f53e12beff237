"""`manage.py import_appointments FILE.csv [--dry-run]`: visits from another system."""

from scheduler.booking.import_appointments import COLUMNS, import_appointments
from scheduler.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "Add the visits of a CSV file: all or none; the same file twice changes nothing. "
        "Their patients must be there; nobody gets a message."
    )
    columns = COLUMNS
    act = staticmethod(import_appointments)
