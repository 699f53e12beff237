"""The clinic's rules as plain functions: the standard library only, no clock, no database.

Instants are epoch seconds (`int`, UTC) wherever many of them are handled; wall-clock times come
with the zone they belong to; `now` is always given by the caller.
"""
