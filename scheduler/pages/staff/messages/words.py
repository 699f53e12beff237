"""Messages, what became of them, and what to do about it, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from scheduler.core.message_status import MessageStatus
from scheduler.core.template_words import KINDS
from scheduler.messaging.delivery.fall_back import NO_WORD
from scheduler.messaging.delivery.held_up import HELD_UP
from scheduler.messaging.delivery.told_too import TOLD_TOO
from scheduler.messaging.models import Channel, Message
from scheduler.messaging.plan import REMINDER_PREFIX, STAFF_REPLY, minutes_late, template_of
from scheduler.pages.staff.time_words import clinic_time
from scheduler.worklist.models import StaffTask

_S, _K = MessageStatus, StaffTask.Kind
STATES: Mapping[str, tuple[str, str]] = {
    _S.PLANNED: ("due", ""),
    _S.CLAIMED: ("leaving now", ""),
    _S.ACCEPTED: ("sent", ""),
    _S.DELIVERED: ("delivered", "is-good"),
    _S.UNDELIVERED: ("did not arrive", "is-bad"),
    _S.FAILED: ("refused", "is-bad"),
    _S.UNCERTAIN: ("may or may not have gone out", "is-warning"),
    _S.SUPPRESSED: ("not sent", "is-warning"),
    _S.CANCELLED: ("called off", ""),
    _S.EXPIRED: ("too late to send", "is-warning"),
}
REASONS: Mapping[str, str] = {
    "opted-out": "they have opted out",
    "bad-address": "the number or address can't be used",
    "no-consent": "they have not agreed",
    "reminders-off": "they turned reminders off",
    "reminders-stopped": "they want no reminders this way",
    "cap": "the limit of reminders was reached",
    TOLD_TOO: "the text about their other visit of that day names it",
    "channel-off": "this channel is off",
    "no-longer-true": "no longer true",
    "too-late": "it would have come too late",
    "quiet-hours": "it was night until it was too late",
}
CODES: Mapping[str, str] = {
    "21211": "not a phone number",
    "21614": "not a mobile number",
    "21610": "they have opted out",
    "30003": "the phone was off or out of reach",
    "30005": "unknown number",
    "30006": "a landline",
    "30007": "filtered by the carrier",
    "30008": "the carrier did not say why",
    "30034": "our number is not registered with the carriers",
    "21408": "texts to this region are off",
    "smtp-550": "there is no such mailbox",
    "smtp-552": "their mailbox is full",
    "smtp-554": "the mail server did not take this mail",
    "smtp-policy": "the mail server takes no mail from us",
    "smtp-551": "there is no such mailbox",
    "smtp-553": "not a mail address",
    "bad-address": "not a mail address",
    "worker-lost": "we were interrupted while sending",
    "timeout": "no answer in time",
    "reset": "the connection broke",
    "unreadable": "the answer made no sense",
    "20500": "Twilio had a fault",
    "absent": "Twilio never took it, however often we tried",
    NO_WORD: "no word that it arrived",
    HELD_UP: "it can't leave: the other side is away",
}
ADVICE: Mapping[str, str] = {
    _K.REPLY: "Read what they wrote and answer: by text here, or call them.",
    _K.CANCEL_MEANT: "The word CANCEL has stopped all texts to this number. Call and ask whether "
    "they meant the visit; if they did, cancel it. Only they can start texts again: by START.",
    _K.MAYBE_STOP: "Texts to this number wait for you. If they want no more texts, stop for good. "
    "If they meant something else, go on texting.",
    _K.LATE_CHANGE: "The time is free at short notice: offer it to somebody who waits.",
    _K.MESSAGE: "It did not reach them. Send it the other way, or call; correct the number or "
    "address if it is wrong.",
    _K.UNCERTAIN: "Nobody can know whether this mail went out. Ask whoever looks after the mail "
    "server. Send it again if twice does less harm than never, or call.",
    _K.COMPLAINT: "No more mail goes to this address. Call them, and ask how they want to hear "
    "of their visits: by text, by phone, or by mail again.",
    _K.ALARM: "Tell whoever looks after the system. It is done by itself once it is over. "
    "Until then, call who must know something now.",
    _K.CONFIGURATION: "The carrier refuses our messages because of how the account is set up. "
    "Tell whoever looks after it; until then, call. What waits leaves when it is mended.",
    _K.CODES: "Many more people than usual ask for codes: it may be an attack. Tell whoever looks "
    "after the system.",
}
# What looking a text up in Twilio's list came to, and what to do then; `since` is a time.
LOOKED_UP: Mapping[str, str] = {
    "list-away": "We look for it in Twilio's list of texts to this number since {since}, but the "
    "list can't be read. We go on looking, and if it is not there it goes out by itself. Until "
    "then, write a mail or call.",
    "list-several": "We looked for it in Twilio's list of texts to this number since {since}. "
    "There are several with these words, and nobody can tell which is which. It is not sent "
    "again: write a mail, or call.",
    "list-unknown": "We looked for it in Twilio's list of texts to this number since {since}. "
    "There are texts that we don't know, and it may be one of them. It is not sent again: look in "
    "Twilio's own log, write a mail, or call.",
}
WAITS = (
    "It waits, and goes out by itself once the other side is back, unless it is too late by then. "
    "Call, if they have to know before."
)
LOOKING = "being looked up", "is-warning"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in words. `patient` is the id of whose it is; `badge` is a class."""

    message: Message
    what: str
    to: str
    at: str
    state: str
    badge: str
    why: str
    text: str
    patient: int | None
    name: str

    @property
    def may_go_again(self) -> bool:
        """Not while it is still to go out for the first time."""
        return self.message.status not in {_S.PLANNED, _S.CLAIMED}

    @property
    def may_go_the_same_way(self) -> bool:
        """A text that may have left goes out again only where it surely did not, by itself."""
        doubtful = self.message.status == _S.UNCERTAIN
        return not doubtful or self.message.channel != Channel.SMS


def shown(message: Message, tz: ZoneInfo) -> Shown:
    state, badge = LOOKING if message.look_up_at else STATES[message.status]
    owner = message.appointment or message.contact_request
    patient = owner.patient if owner else None
    instant = message.accepted_at or message.settled_at or message.next_attempt_at
    return Shown(
        message=message,
        what=title_of(message.kind),
        to=message.to,
        at=clinic_time(instant, tz),
        state=state,
        badge=badge,
        why=why(message.reason, message.error_code),
        text=text_of(message),
        patient=patient.pk if patient else None,
        name=patient.name if patient else "",
    )


def title_of(kind: str) -> str:
    """ "A reminder (1 day before)", "A visit is booked, again"."""
    template = template_of(kind)
    if template == STAFF_REPLY:
        return "Written by staff"
    found = KINDS.get(template)
    title = found.title if found else template
    first, again, _ = kind.partition("-again-")
    return f"{title}{_which(first)}{', again' if again else ''}"


def _which(kind: str) -> str:
    if kind.startswith(REMINDER_PREFIX):
        name = kind.removeprefix(REMINDER_PREFIX).replace("-", " ")
        return f" ({name} before)" if name[0].isdigit() else f" ({name})"
    return f" ({late} minutes)" if (late := minutes_late(kind)) else ""


def why(reason: str, code: str) -> str:
    """Why something was not sent, or did not arrive; empty where nothing is known."""
    said = REASONS.get(reason, reason)
    told = CODES.get(code, f"error {code}") if code else ""
    return ", ".join(filter(None, [said, told]))


def text_of(message: Message) -> str:
    """A text as it went out, its links named; what staff wrote where it has not yet."""
    text = message.body if message.channel == Channel.SMS else message.subject
    for name, words in (
        ("manage_link", "[link to the visit]"),
        ("information_link", "[link to read before]"),
        ("request_link", "[link to the request]"),
        ("code", "[code]"),
    ):
        text = text.replace(f"[[{name}]]", words)
    return text or message.words
