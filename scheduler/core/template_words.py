"""What staff may write in the place of a message's own words: plain text with {names} in it.

Which names each part of each kind of message may hold, which it must hold, and filling them in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TEXT, SUBJECT, BODY = "sms", "subject", "body"

MEANINGS: Mapping[str, str] = {
    "clinic": "the clinic's short name",
    "phone": "the clinic's phone number",
    "visit": "“visit”, or “phone visit”",
    "day": "the day, short: Tue Nov 24",
    "date": "the day in full: Tuesday, November 24, 2026",
    "time": "the time: 10:00 AM",
    "zone": "the time zone: EST",
    "old_day": "the day it was moved from",
    "old_time": "the time it was moved from",
    "late_minutes": "how many minutes we are behind",
    "late_time": "when it will start instead",
    "new_time": "the new time that is kept, where one is, and what to do with it",
    "confirm": "asks to confirm; nothing once they have",
    "manage_link": "the link to see, change or cancel the visit",
    "information_link": "the link to “Read before your visit”",
    "request_link": "the link to change or withdraw the request",
    "code": "the code",
    "link_host": "our host name, with which phones fill the code in",
    "expect_by": "when they will have heard from us",
    "name": "who is written to",
    "patient": "whose visit it is",
    "visit_name": "the kind of visit",
    "minutes": "how many minutes it takes",
    "arrive_by": "when to be there: 9:40 AM",
    "arrive": "when to be there, short: 9:40",
    "provider": "who they'll see",
    "reference": "the visit's reference",
    "clinic_name": "the clinic's full name",
    "address": "the clinic's address",
    "email": "the clinic's mail address",
    "read_hours": "when we read texts: Mon-Fri 9 AM-4 PM",
}

_ALWAYS = ("clinic", "phone")
_VISIT = ("visit", "day", "date", "time", "zone")
_IN_TEXTS = ("confirm", "link_host", "arrive")
_IN_MAIL = ("name", "clinic_name", "address", "email")
_VISIT_IN_MAIL = ("patient", "visit_name", "minutes", "arrive_by", "provider", "reference")
_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: `links` a text of it may hold, the first of which it must.

    `facts` are what only this kind knows. What confirms an opt-out need not say
    how to stop. The mail of a visit shows the visit below the words.
    """

    title: str
    about_visit: bool = False
    links: tuple[str, ...] = ()
    tells_to_stop: bool = True
    facts: tuple[str, ...] = ()
    by_mail: bool = True

    @property
    def parts(self) -> tuple[str, ...]:
        return (TEXT, SUBJECT, BODY) if self.by_mail else (TEXT,)


_BOTH = ("information_link", "manage_link")
KINDS: Mapping[str, Kind] = {
    "confirmation": Kind("A visit is booked", about_visit=True, links=_BOTH, facts=("arrive",)),
    "reminder": Kind(
        "A reminder",
        about_visit=True,
        links=("manage_link", "information_link"),
        facts=("confirm",),
    ),
    "moved": Kind(
        "A visit was moved", about_visit=True, links=_BOTH, facts=("arrive", "old_day", "old_time")
    ),
    "cancelled": Kind("A visit was canceled", about_visit=True, links=("manage_link",)),
    "restored": Kind("A visit is booked again", about_visit=True, links=_BOTH, facts=("arrive",)),
    "late": Kind("We are running late", about_visit=True, facts=("late_minutes", "late_time")),
    "closed": Kind(
        "We have to close", about_visit=True, links=("manage_link",), facts=("new_time",)
    ),
    "links": Kind("The link they asked for", about_visit=True, links=("manage_link",)),
    "code": Kind("The code to book", links=("code",), facts=("link_host",)),
    "contact_received": Kind(
        "A request was received", links=("request_link",), facts=("expect_by",)
    ),
    "contact_unreached": Kind("Nobody was reached in three calls", links=("request_link",)),
    "reply_confirmed": Kind("Automatic answer to 1", by_mail=False),
    "reply_change": Kind("Automatic answer to 2", links=("manage_link",), by_mail=False),
    "reply_ambiguous": Kind("Automatic answer: which visit?", by_mail=False),
    "reply_help": Kind("Automatic answer to HELP", by_mail=False),
    "reply_started": Kind("Automatic answer to START", by_mail=False),
    "reply_unblocked": Kind(
        "Automatic answer to START from who never agreed to texts", by_mail=False
    ),
    "reply_stopped": Kind(
        "Automatic answer to a wish for no texts", by_mail=False, tells_to_stop=False
    ),
    "reply_paused": Kind(
        "Automatic answer to what may be such a wish", by_mail=False, tells_to_stop=False
    ),
    "reply_unknown": Kind("Automatic answer to other texts", facts=("read_hours",), by_mail=False),
}


def allowed(kind: str, part: str) -> tuple[str, ...]:
    """The names that a part may hold. Texts and subjects can be seen by others: nobody's name.

    A mail's links and code stand below its words by themselves.
    """
    found = KINDS[kind]
    names = _ALWAYS + (_VISIT if found.about_visit else ())
    if part == TEXT:
        return names + found.links + found.facts
    names += tuple(fact for fact in found.facts if fact not in _IN_TEXTS)
    if part == SUBJECT:
        return names
    return names + _IN_MAIL + (_VISIT_IN_MAIL if found.about_visit else ())


def required(kind: str, part: str) -> tuple[str, ...]:
    """The names that a part can't do without."""
    links = KINDS[kind].links[:1] if part == TEXT else ()
    return (() if part == BODY else ("clinic",)) + links


def names_in(words: str) -> Iterator[str]:
    return (found[1] for found in _NAME.finditer(words))


def without_names(words: str) -> str:
    return _NAME.sub("", words)


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with the values in the place of the names; what has no value leaves no hole."""
    filled = _NAME.sub(lambda found: values.get(found[1], ""), words)
    return re.sub(r" +(?=[ ,.;!?])", "", filled).strip()


def paragraphs(words: str) -> list[str]:
    """What blank lines separate."""
    normal = words.replace("\r\n", "\n").strip()
    return [part.strip() for part in re.split(r"\n\s*\n", normal) if part.strip()]
