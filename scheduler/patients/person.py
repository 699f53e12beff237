"""Somebody as typed: who is coming, and who answers for them."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from scheduler.messaging.models import Channel
from scheduler.patients.models import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is coming and who answers for them, as typed. `phone` is E.164 or empty.

    A `landline` is called and never texted. `interpreter` is the language to interpret, if any;
    `consent_language` is that of the sentence agreed to, where it is not that of the messages.
    """

    name: str
    date_of_birth: date | None = None
    phone: str = ""
    email: str = ""
    language: str = "en"
    contact_name: str = ""
    relation: str = Contact.SELF
    sms_consent: bool = False
    email_consent: bool = False
    landline: bool = False
    interpreter: str = ""
    consent_language: str = ""

    def to_json(self) -> dict[str, Any]:
        born = self.date_of_birth.isoformat() if self.date_of_birth else None
        return {**asdict(self), "date_of_birth": born}

    @classmethod
    def from_json(cls, details: dict[str, Any]) -> "Person":
        born = details["date_of_birth"]
        return cls(**{**details, "date_of_birth": date.fromisoformat(born) if born else None})

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """(channel, address) of what was given and can be written to, texts first."""
        mobile = "" if self.landline else self.phone
        given = [(Channel.SMS.value, mobile), (Channel.EMAIL.value, self.email)]
        return [(channel, address) for channel, address in given if address]

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """(channel, address) of what was given and may be written to."""
        ticked = {Channel.SMS.value: self.sms_consent, Channel.EMAIL.value: self.email_consent}
        return [(channel, address) for channel, address in self.addresses if ticked[channel]]
