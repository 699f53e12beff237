"""What an event means to us, in the words that anymail has for those of every mail service."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from scheduler.messaging.delivery.record_mail_event import MailEvent, MailNews
from scheduler.transports.mail_message import MESSAGE_ID
from scheduler.transports.mail_refusals import NO_SUCH_MAILBOX, Step, refusal_code

_BY_REASON = {
    RejectReason.INVALID: MailNews.BOUNCED,
    RejectReason.BOUNCED: MailNews.BOUNCED,
    RejectReason.SPAM: MailNews.COMPLAINED,
    RejectReason.UNSUBSCRIBED: MailNews.UNSUBSCRIBED,
}
_BY_TYPE = {
    EventType.DELIVERED: MailNews.DELIVERED,
    EventType.COMPLAINED: MailNews.COMPLAINED,
    EventType.UNSUBSCRIBED: MailNews.UNSUBSCRIBED,
    EventType.FAILED: MailNews.REFUSED,
}
_REPLY = re.compile(r"\b5\d\d\b")


def mail_news(events: Iterable[AnymailTrackingEvent]) -> Iterator[MailEvent]:
    """What changes something, of whom it is known."""
    for event in events:
        news = _news(event)
        if news is not None and event.recipient:
            ours = str((event.metadata or {}).get(MESSAGE_ID, ""))
            yield MailEvent(news, str(event.recipient), ours)


def _news(event: AnymailTrackingEvent) -> MailNews | None:
    """None for what changes nothing: queued, deferred, opened, clicked."""
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return _BY_TYPE.get(event.event_type)
    news = _BY_REASON.get(event.reject_reason, MailNews.REFUSED)
    return MailNews.REFUSED if news is MailNews.BOUNCED and _is_soft(event) else news


def _is_soft(event: AnymailTrackingEvent) -> bool:
    """Anymail calls a full mailbox a bounce like any other. The service's own name for it, or the
    number that the last server gave, tells them apart."""
    raw: dict[str, Any] = event.esp_event if isinstance(event.esp_event, dict) else {}
    if any("soft" in str(raw.get(name, "")).lower() for name in ("Type", "event")):
        return True
    said = str(event.mta_response or "")
    if not (reply := _REPLY.search(said)):
        return False
    return refusal_code(int(reply[0]), said, Step.RECIPIENT) != NO_SUCH_MAILBOX
