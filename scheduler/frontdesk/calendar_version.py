"""Whether anything changed that the calendar and the day's board show: asked every second or so."""

from django.db import connection

# Each has a table of events, one row a change, kept by the database itself.
_EVENTS = ("appointment", "providerdelay", "readyitem", "stafftask", "timeoff")
# A change may commit after one with a higher number: then the newest stays, the count differs.
_LOOK_BACK = 200
_VERSION = """
    SELECT {table}.newest || '.' || (
               SELECT count(*) FROM scheduler_{table}event WHERE pgh_id > {table}.newest - {back}
           )
      FROM (SELECT coalesce(max(pgh_id), 0) AS newest FROM scheduler_{table}event) AS {table}
"""
# Time off that is taken back is deleted, which leaves no event.
_PARTS = [_VERSION.format(table=table, back=_LOOK_BACK) for table in _EVENTS]
_PARTS += ["SELECT count(*) FROM scheduler_timeoff"]
_QUERY = f"SELECT concat_ws('-', {', '.join(f'({part})' for part in _PARTS)})"


def calendar_version() -> str:
    """A word that differs once an appointment, a delay, a tick, a task or time off changed.

    One query over the ends of indexes, however much has happened.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        found: str = cursor.fetchone()[0]
        return found
