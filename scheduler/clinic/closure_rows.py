"""Time off and opened holidays in one statement."""

from datetime import date

from scheduler.transactions.statements import Row, fetch_rows

_CLOSED = """
    SELECT false, provider_id, room_id, first_day, last_day, starts, ends, weekdays
      FROM scheduler_timeoff WHERE last_day >= %(since)s
     UNION ALL
    SELECT true, NULL, NULL, day, day, NULL, NULL, 0
      FROM scheduler_openholiday WHERE day >= %(since)s
"""


def closed_rows(since: date) -> list[Row]:
    """(False, provider, room, the five fields of a Closure) of time off that is not over by then,
    and (True, None, None, day, day, …) of each holiday that the clinic opens on."""
    return fetch_rows(_CLOSED, {"since": since})
