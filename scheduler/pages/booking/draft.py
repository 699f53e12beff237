"""The answers so far, kept in the session: nothing of them stands in an address or a cookie."""

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.http import HttpRequest

from scheduler.booking.reserve import BookingRequest
from scheduler.patients.models import Contact
from scheduler.patients.person import Person

ANSWERS, FINISHED = "booking", "booked"
LIVES = timedelta(hours=2)
# What a time is not kept for: how the person came to it, and what is shown on the way.
THE_WAY = {"been", "reason", "why", "nearest", "notice", "typed", "hold", "sent"}


@dataclass(slots=True, kw_only=True)
class Draft:
    """Plain JSON. `start` is RFC 3339 with the clinic's offset, `date_of_birth` ISO 8601.

    `why` is the reason in words; `nearest` are starts to offer instead of a lost one; `notice`
    names what the next page has to say; `typed` are the fields of the long form, right or wrong,
    of who left it unsent. `hold` is the kept time, made from the answers whose
    digest is `sent`; `nonce` tells this draft from the session's others.
    """

    been: str = ""
    reason: str = ""
    why: str = ""
    visit_type: str = ""
    condition: str = ""
    provider: str = ""
    start: str = ""
    name: str = ""
    date_of_birth: str = ""
    contact_name: str = ""
    relation: str = Contact.SELF
    phone: str = ""
    landline: bool = False
    email: str = ""
    language: str = ""
    interpreter: str = ""
    sms_consent: bool = False
    consent_language: str = ""
    nearest: list[str] = field(default_factory=list)
    notice: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    hold: int | None = None
    sent: str = ""
    nonce: str = field(default_factory=lambda: token_hex(8))

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.start)

    @property
    def by_call(self) -> bool:
        """Whether no code could reach them, so that staff call the phone."""
        return bool(self.phone) and self.landline and not self.email

    def digest(self, *, by_call: bool = False) -> str:
        """Tells apart what a time is kept for.

        A page that showed the answers sends it back: by then another tab may have changed them.
        """
        kept_for = {name: value for name, value in asdict(self).items() if name not in THE_WAY}
        plain = json.dumps(kept_for | {"by_call": by_call}, sort_keys=True)
        return sha256(plain.encode()).hexdigest()

    def take_notice(self) -> str:
        """What to say now, said once."""
        notice, self.notice = self.notice, ""
        return notice

    def forget_time(self) -> None:
        self.start, self.provider, self.nearest = "", "", []

    def wanted(self, network: str) -> BookingRequest:
        return BookingRequest(
            visit_type=self.visit_type,
            start=self.starts_at,
            provider=self.provider or None,
            condition=self.condition or None,
            network=network,
            person=Person(
                name=self.name,
                date_of_birth=date.fromisoformat(self.date_of_birth),
                phone=self.phone,
                email=self.email,
                language=self.language,
                contact_name=self.contact_name,
                relation=self.relation,
                sms_consent=self.sms_consent and not self.landline,
                # The page says what the address is for: giving it is the consent.
                email_consent=bool(self.email),
                landline=self.landline,
                interpreter=self.interpreter,
                consent_language=self.consent_language,
            ),
        )


def load(request: HttpRequest, *, now: datetime) -> Draft:
    """The session's draft; a new one where there is none, or it was left for two hours."""
    kept = request.session.get(ANSWERS)
    if not kept or _is_old(kept, now=now):
        return Draft()
    return Draft(**{one.name: kept[one.name] for one in fields(Draft) if one.name in kept})


def save(request: HttpRequest, draft: Draft, *, now: datetime) -> None:
    request.session[ANSWERS] = {**asdict(draft), "at": now.isoformat()}
    _end_soon(request)


def finish(request: HttpRequest, appointment_id: int, *, now: datetime) -> None:
    """Drop the answers; for as long as they would have lived, the page of the visit can be seen."""
    request.session.pop(ANSWERS, None)
    request.session[FINISHED] = {"appointment": appointment_id, "at": now.isoformat()}
    _end_soon(request)


def finished(request: HttpRequest, *, now: datetime) -> int | None:
    """The id of the appointment that was taken in this session."""
    kept = request.session.get(FINISHED)
    if not kept or _is_old(kept, now=now):
        return None
    return int(kept["appointment"])


def _is_old(kept: dict[str, Any], *, now: datetime) -> bool:
    return datetime.fromisoformat(kept["at"]) + LIVES <= now


def _end_soon(request: HttpRequest) -> None:
    # Who is signed in stays so: their session ends by other rules.
    if not request.user.is_authenticated:
        request.session.set_expiry(int(LIVES.total_seconds()))
