"""What a visit's page says of the messages about it: when each goes, how, or why none does."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.models import Appointment
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.messaging.models import Channel
from scheduler.messaging.outlook import Expected, Outlook, State, Way, Why, outlook
from scheduler.pages.language import page_language
from scheduler.pages.typography import unbroken

# Ways that are open, of which somebody has proven whose they are.
PROVEN = {State.ON, State.NO_REMINDERS}


@dataclass(frozen=True, slots=True)
class MessagesPartial:
    """What the visit's page says of its messages. `reached` is False where none may be sent.

    `ways` says how each number and address stands, `reminders` when each reminder comes, and
    `no_reminder` why none does. `stoppable` is (channel, what stops it, what that means) of each
    that can be stopped here. `language` is the name of their language in itself; `other` is
    (code, name) of the other one.
    """

    reached: bool
    reminders_on: bool
    ways: list[str]
    reminders: list[str]
    no_reminder: str
    held_up: bool
    stoppable: list[tuple[str, str, str]]
    language: str
    other: tuple[str, str]


def messages_partial(appointment: Appointment) -> MessagesPartial:
    clinic = current_clinic()
    found = outlook(appointment, for_staff=False)
    other = next(code for code, _name in settings.LANGUAGES if code != appointment.language)
    return MessagesPartial(
        reached=any(way.is_on for way in found.ways),
        reminders_on=appointment.reminders_on,
        ways=[way_in_words(way, clinic.zone) for way in found.ways],
        reminders=reminders_in_words(found, clinic.zone),
        no_reminder=why_in_words(found),
        held_up=clinic.sending_paused_at is not None,
        stoppable=[_stopping(way) for way in found.ways if way.state in PROVEN],
        language=_name(appointment.language),
        other=(other, _name(other)),
    )


def way_in_words(way: Way, tz: ZoneInfo) -> str:
    """Such as "Texts to (419) 555-0123: on"."""
    is_text = way.channel == Channel.SMS
    to = shown(way.channel, way.address)
    since = _day(way.since, tz) if way.since else ""
    if is_text:
        words = {
            State.ON: _("Texts to %(to)s: on."),
            State.NO_REMINDERS: _(
                "Texts to %(to)s: on, but no reminders, because we were asked to stop them. Call "
                "us if you want them again."
            ),
            State.UNPROVEN: _("Texts to %(to)s: on, unless you told us to stop."),
            State.NOT_AGREED: _("Texts to %(to)s: off. You did not ask for them."),
            State.STOPPED: _(
                "Texts to %(to)s: off since %(since)s, because we were asked to stop. To get them "
                "again, answer one of our texts with START."
            ),
            State.PAUSED: _(
                "Texts to %(to)s: on hold since %(since)s, because a text to us sounded like stop. "
                "To get them again, answer one of our texts with START."
            ),
            State.UNUSABLE: _(
                "Texts to %(to)s: they can’t be delivered. Call us if you have another number."
            ),
            State.SWITCHED_OFF: _("Texts to %(to)s: off. We send no texts at the moment."),
        }
    else:
        words = {
            State.ON: _("Emails to %(to)s: on."),
            State.NO_REMINDERS: _(
                "Emails to %(to)s: on, but no reminders, because we were asked to stop them. Call "
                "us if you want them again."
            ),
            State.UNPROVEN: _("Emails to %(to)s: on, unless you told us to stop."),
            State.NOT_AGREED: _("Emails to %(to)s: off. You did not ask for them."),
            State.STOPPED: _(
                "Emails to %(to)s: off since %(since)s, because we were asked to stop. Call us if "
                "you want them again."
            ),
            State.PAUSED: _("Emails to %(to)s: on hold since %(since)s."),
            State.UNUSABLE: _(
                "Emails to %(to)s: they can’t be delivered. Call us if you have another address."
            ),
            State.SWITCHED_OFF: _("Emails to %(to)s: off. We send no emails at the moment."),
        }
    return words[way.state] % {"to": to, "since": since}


def reminders_in_words(found: Outlook, tz: ZoneInfo) -> list[str]:
    """Such as "Monday, November 23, 2026, 10:00 AM EST, by text and email"."""
    return [_reminder(one, tz) for one in found.expected if one.is_reminder]


def why_in_words(found: Outlook) -> str:
    """Why no reminder comes; empty where one does."""
    words = {
        None: "",
        Why.REMINDED: _("We have reminded you. No more reminders will come."),
        Why.NO_ADDRESS: _(
            "We send no messages about this visit, because we have no number or email address for "
            "them. If you would like some, call us."
        ),
        Why.NO_WAY: _("We send no messages about this visit. If you would like some, call us."),
        Why.TURNED_OFF: _(
            "Reminders are off. We still tell you if something about your visit changes."
        ),
        Why.STOPPED: _(
            "No reminder will come, because we were asked to stop them. We still tell you if "
            "something about your visit changes."
        ),
        Why.NOT_SENT: _("A reminder could not be sent. Please write down the day and time."),
        Why.NOT_FOR_THESE: _(
            "We send no reminders of this kind of visit. Please write down the day and time."
        ),
        Why.NOT_BY_US: _(
            "No reminder is planned for this visit. Please write down the day and time."
        ),
        Why.TOO_LATE: _(
            "Your visit is soon, so no reminder will come. Please write down the day and time."
        ),
    }
    return words[found.why_no_reminder]


def _stopping(way: Way) -> tuple[str, str, str]:
    to = {"to": shown(way.channel, way.address)}
    if way.channel == Channel.SMS:
        return (
            way.channel,
            _("Stop texts to %(to)s") % to,
            _(
                "We then text this number no more, about no visit, not even if we have to change "
                "one. This cancels no visit."
            ),
        )
    return (
        way.channel,
        _("Stop emails to %(to)s") % to,
        _(
            "We then write to this address no more, about no visit, not even if we have to change "
            "one. This cancels no visit."
        ),
    )


def shown(channel: str, address: str) -> str:
    """A number as it is written in the country, unbroken; a mail address as it is."""
    if channel == Channel.SMS:
        return unbroken(PhoneNumber.from_string(address).as_national)
    return address


def _reminder(one: Expected, tz: ZoneInfo) -> str:
    when = in_words(one.at, tz, page_language())
    by = {
        (True, False): _("by text"),
        (False, True): _("by email"),
        (True, True): _("by text and email"),
    }[Channel.SMS in one.channels, Channel.EMAIL in one.channels]
    return f"{when.date}, {unbroken(when.time)} {when.zone}, {by}"


def _day(at: datetime, tz: ZoneInfo) -> str:
    return in_words(at, tz, page_language()).date


def _name(language: str) -> str:
    name = str(get_language_info(language)["name_local"])
    return name[:1].upper() + name[1:]
