"""Appointments: reserving a time, moving, confirming and calling off, the day's status, readiness.

PostgreSQL itself forbids overlaps; a booking, what it owes and its audit rows commit together or
not at all. Uses messaging, availability, patients, links and below.
"""
