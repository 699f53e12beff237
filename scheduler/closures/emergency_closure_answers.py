"""How far the answers to an emergency closure are."""

from collections import defaultdict
from dataclasses import dataclass

from scheduler.closures.message_progress import _HOW_FAR
from scheduler.closures.models import EmergencyClosure, RescheduleOffer
from scheduler.core.message_status import MessageStatus
from scheduler.messaging.models import Message
from scheduler.worklist.models import StaffTask

CLOSED_KIND = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """One visit of a closed day: `news` is (channel, how far it is, kind of badge) of each message;
    `to_call`: it is on the call list."""

    offer: RescheduleOffer
    news: list[tuple[str, str, str]]
    to_call: bool


def emergency_closure_answers(emergency_closure: EmergencyClosure) -> list[Answer]:
    """The visits of the day, the earliest first, as they were planned; three queries."""
    offers = list(
        emergency_closure.offers.select_related(
            "appointment__contact",
            "appointment__patient",
            "appointment__provider",
            "appointment__visit_type",
            "held__provider",
        )
    )
    visits = [offer.appointment_id for offer in offers]
    news: dict[int | None, list[tuple[str, str, str]]] = defaultdict(list)
    for message in Message.objects.filter(kind=CLOSED_KIND, appointment__in=visits).order_by(
        "channel", "pk"
    ):
        news[message.appointment_id].append(
            (message.get_channel_display(), *_HOW_FAR[MessageStatus(message.status)])
        )
    to_call = set(
        StaffTask.objects.filter(
            kind=StaffTask.Kind.CALL_CLOSED, appointment__in=visits, done_at=None
        ).values_list("appointment", flat=True)
    )
    return [
        Answer(offer, news[offer.appointment_id], offer.appointment_id in to_call)
        for offer in offers
    ]
