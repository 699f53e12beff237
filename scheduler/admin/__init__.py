"""The admin: setting the clinic up, and a look at what was booked and sent."""

from scheduler.admin import conditions, records, setup

__all__ = ["conditions", "records", "setup"]
