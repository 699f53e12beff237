"""Patients and who answers for them, on one line each, as staff tell them apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from phonenumber_field.phonenumber import PhoneNumber

from scheduler.pages.booking.person_form import RELATIONS
from scheduler.patients.contacts_of import Answering
from scheduler.patients.models import Contact

_RELATIONS = dict(RELATIONS)


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is an id, `words` such as "born 03/09/1958, (419) 555-0123"."""

    key: str
    name: str
    words: str
    texts: str = ""


def national(phone: str) -> str:
    """ "+14195550123" as people here write it."""
    return str(PhoneNumber.from_string(phone).as_national) if phone else ""


def patient_line(patient: int, name: str, born: date | None, phone: str) -> Line:
    words = [f"born {born:%m/%d/%Y}" if born else "", national(phone)]
    return Line(str(patient), name, ", ".join(filter(None, words)))


def answering_lines(answering: Iterable[Answering]) -> list[Line]:
    return [
        Line(
            one.key,
            one.name,
            ", ".join(filter(None, [_relation(one.relation), national(one.phone), one.email])),
            one.texts,
        )
        for one in answering
    ]


def _relation(relation: str) -> str:
    """Relations are kept as the forms' own values; an imported one may be in any words."""
    return "" if relation == Contact.SELF else str(_RELATIONS.get(relation, relation)).lower()
