"""How a visit's people can be written to, and why no reminder comes, in words for the desk."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from phonenumber_field.phonenumber import PhoneNumber

from scheduler.clinic.time_format import in_words
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.outlook import Outlook, State, Way, Why
from scheduler.pages.staff.messages.words import why

STATES: Mapping[State, str] = {
    State.ON: "on",
    State.NO_REMINDERS: "on, but they want no reminders this way",
    State.NOT_AGREED: "off, they have not agreed",
    State.STOPPED: "off, they have opted out",
    State.PAUSED: "on hold, a text of theirs may be an opt-out",
    State.UNUSABLE: "can't be delivered",
    State.SWITCHED_OFF: "off, sending this way is switched off",
}
NO_REMINDER: Mapping[Why, str] = {
    Why.REMINDED: "They have been reminded.",
    Why.NO_ADDRESS: "No reminder: we have no number or mail address for messages.",
    Why.NO_WAY: "No reminder: they can't be written to.",
    Why.TURNED_OFF: "No reminder: they turned reminders off.",
    Why.STOPPED: "No reminder: they want none by these ways.",
    Why.NOT_SENT: "No reminder went out",
    Why.NOT_FOR_THESE: "No reminder: none are set up for this type of visit.",
    Why.NOT_BY_US: "No reminder: the visit was brought in from another system.",
    Why.TOO_LATE: "No reminder: it was too late for one when the visit was booked or changed.",
}


def way_in_words(way: Way, tz: ZoneInfo) -> str:
    """Such as "Texts to (419) 555-0123: off, they have opted out (since Mon Nov 16)"."""
    is_text = way.channel == Channel.SMS
    to = PhoneNumber.from_string(way.address).as_national if is_text else way.address
    since = f" (since {in_words(way.since, tz, 'en').date_short})" if way.since else ""
    trouble = f" ({why('', way.code)})" if way.code else ""
    return f"{'Texts' if is_text else 'Mail'} to {to}: {STATES[way.state]}{since}{trouble}"


def why_in_words(found: Outlook) -> str:
    """Why no reminder comes; empty where one does."""
    if found.why_no_reminder is None:
        return ""
    words = NO_REMINDER[found.why_no_reminder]
    if found.why_no_reminder is not Why.NOT_SENT:
        return words
    reasons = "; ".join(filter(None, (why(*one) for one in found.not_sent)))
    return f"{words}: {reasons}." if reasons else f"{words}."


def why_shut(message: Message, found: Outlook) -> str:
    """What will keep a planned message back, as things stand; empty where nothing will."""
    for way in found.ways:
        if (way.channel, way.address) == (message.channel, message.to) and not way.is_on:
            return STATES[way.state].removeprefix("off, ").removeprefix("on hold, ")
    return ""
