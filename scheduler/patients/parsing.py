"""What people type, made plain or refused: one set of rules for the API and the pages.

Each function takes the typed text and returns the value to keep. Each raises NotValid, whose text
says in English what would be right and whose `reason` names it for those who say it otherwise.
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NAME_LENGTH = 120
EMAIL_LENGTH = 254
PHONE_LENGTH = 30
SHORT_LENGTH = 200
LONG_LENGTH = 1000
# +1 also holds Caribbean states, where texts cost many times as much and fraud pays.
REGIONS = {"US", "CA", "PR", "VI", "GU", "AS", "MP"}
_PUNCTUATION_IN_NAMES = set("'’.,-() ")
# What follows a name that a father and a grandfather had: 2nd, 3rd.
_ORDINAL = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b", re.ASCII | re.IGNORECASE)


class NotValid(ValueError):
    """`reason` is phone, foreign-phone, email, name, birth-date or text."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(hint)
        self.reason = reason


# One request reads the same number several times.
@lru_cache(maxsize=256)
def phone(value: str) -> str:
    """A number of the United States or Canada in E.164, such as +14195550123; no premium one."""
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise NotValid("phone", "Give a phone number with its area code, such as (419) 555-0123.")
    premium = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    if premium or phonenumbers.region_code_for_number(number) not in REGIONS:
        raise NotValid("foreign-phone", "Give a number of the United States or Canada (+1).")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(value: str) -> str:
    """In small letters: mail servers read both alike, and one address must not count as several."""
    try:
        validate_email(value)
    except ValidationError:
        raise NotValid("email", "Give a mail address such as ana@example.org.") from None
    return value.lower()


def name(value: str) -> str:
    """Letters of any script with what stands between them, and an ordinal such as 3rd; runs of
    spaces become one."""
    value = " ".join(value.split(" ")).strip()
    spelled = _ORDINAL.sub("", value)
    letters = [unicodedata.category(letter)[0] for letter in spelled]
    plain = all(
        kind in "LM" or letter in _PUNCTUATION_IN_NAMES
        for kind, letter in zip(letters, spelled, strict=True)
    )
    if "L" not in letters or not plain:
        raise NotValid("name", "Write the name with letters, such as Ana O'Neil.")
    return value


def text(value: str) -> str:
    """Anything but control characters; line breaks and tabs may stay."""
    if any(
        unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\r\n\t" for letter in value
    ):
        raise NotValid("text", "Leave control characters out.")
    return value


def line(value: str) -> str:
    """Text without line breaks or tabs, and not only blanks."""
    if not value.strip() or any(letter in "\r\n\t" for letter in value):
        raise NotValid("text", "Give it in a line of plain words.")
    return text(value)
