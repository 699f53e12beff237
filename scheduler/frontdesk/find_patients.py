"""Patients found while somebody types: by the beginnings of their names, phone or birth date."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from scheduler.accounts.access import User, may, visible_patients
from scheduler.accounts.roles import Right
from scheduler.patients.names import fold_name
from scheduler.patients.parsing import NotValid
from scheduler.patients.parsing_dates import written_date

# Digits with what people write between them: (419) 555-0123, 3/9/1958.
_NUMBERS = re.compile(r"\+?\(?\d(?:[\d()/.\s-]*\d)?", re.ASCII)
_MONTH_AND_DAY = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{0,3}))?", re.ASCII)
_COUNTRY = re.compile(r"\+1|1(?=\d{10}$)", re.ASCII)
# What begins with X is what stands from X on, up to X with the last of all letters behind it.
_LAST_LETTER = "\U0010ffff"
MOST_LETTERS = 100
TELLING_DIGITS = 4

_FOUND = """
    SELECT patient.id, patient.name, patient.date_of_birth, patient.phone,
           patient.possible_duplicate
      FROM (SELECT patient_id, key FROM scheduler_patientkey AS found
             WHERE {conditions}
             ORDER BY key, patient_id LIMIT %s) AS found
      JOIN scheduler_patient AS patient ON patient.id = found.patient_id
     ORDER BY found.key, patient.id
"""
_BEGINS = "(found.key >= %s AND found.key < %s)"
# Few have the same four digits, so that all of them are looked up at once.
_AMONG = (
    "found.patient_id = ANY(ARRAY(SELECT other.patient_id FROM scheduler_patientkey AS other "
    "WHERE other.key >= %s AND other.key < %s))"
)
_ELSEWHERE = (
    "EXISTS (SELECT FROM scheduler_patientkey AS other WHERE other.patient_id = found.patient_id "
    "AND other.key >= %s AND other.key < %s)"
)


# Not frozen: that takes three times as long to make, of which there are twenty a letter typed.
@dataclass(slots=True)
class Found:
    """`phone` is E.164 or empty."""

    id: int
    name: str
    date_of_birth: date | None
    phone: str
    possible_duplicate: bool


def find_patients(typed: str, user: User, *, limit: int = 20) -> list[Found]:
    """Who has all of what was typed, in any order, among those whom the user may see.

    Words are beginnings of names; digits are part of a phone number (from any of its digits on,
    but for the last three) or of a birth date. Nobody where nothing was typed.
    """
    terms = terms_of(typed)
    if not terms:
        return []
    try:
        sql, values = statement(terms, user, limit=limit)
    except EmptyResultSet:  # the user may see nobody
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        # Several keys may find one patient, who is shown once, where the first of them stands.
        once = {row[0]: row for row in cursor.fetchall()}
    return [Found(*row) for row in islice(once.values(), limit)]


def terms_of(typed: str) -> list[str]:
    """The beginnings of keys (see PatientKey) that were typed, the one that tells most first."""
    typed = typed[:MOST_LETTERS]
    numbers = [_number(found.strip()) for found in _NUMBERS.findall(typed)]
    words = fold_name(_NUMBERS.sub(" ", typed)).split()
    return sorted({*numbers, *words}, key=lambda term: (-len(term), term))


def _number(written: str) -> str:
    try:
        return f"{written_date(written):%Y%m%d}"
    except NotValid:
        pass
    if begun := _MONTH_AND_DAY.fullmatch(written):
        month, day, year = begun.groups()
        return f"{int(month):02}{int(day):02}{_year(year or '')}"
    return re.sub(r"\D", "", _COUNTRY.sub("", re.sub(r"[^\d+]", "", written), count=1))


def _year(written: str) -> str:
    """The beginning of a year: "58" is 1958 and "05" is 2005, but "19" may go on."""
    if len(written) != 2 or written in {"18", "19", "20"}:
        return written
    return ("20" if written < "18" else "19") + written


def statement(terms: list[str], user: User, *, limit: int) -> tuple[str, list[Any]]:
    """The search as SQL: one range of the keys' index, and what narrows it."""
    first, *others = terms
    conditions, values = [_BEGINS], [*_range(first)]
    for term in others:
        if first.isdigit() or term.isdigit():
            few = term.isdigit() and len(term) >= TELLING_DIGITS
            conditions.append(_AMONG if few else _ELSEWHERE)
            values += _range(term)
        else:
            # A name's key holds the whole name: its other words are looked for in the key itself.
            conditions.append("found.key LIKE %s")
            values.append(f"% {term}%")
    if not may(user, Right.SEE_PATIENTS):
        own, given = visible_patients(user).values("pk").query.sql_with_params()
        conditions.append(f"found.patient_id IN ({own})")
        values += given
    return _FOUND.format(conditions=" AND ".join(conditions)), [*values, limit + limit // 4]


def _range(term: str) -> tuple[str, str]:
    return term, term + _LAST_LETTER
