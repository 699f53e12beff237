"""Slots kept while a code or a call is awaited, and how a hold becomes an appointment or lapses.

A hold that ran out blocks nobody: it is expired in a committed statement of its own.
"""
