"""What needs a person, and what is due, sent, failed or uncertain: a page at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Max, Model, QuerySet

from scheduler.core.message_status import MessageStatus
from scheduler.messaging.delivery.told_too import TOLD_TOO
from scheduler.messaging.models import Message
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText
from scheduler.worklist.models import StaffTask

_K, _S = StaffTask.Kind, MessageStatus
# What the call queue works off is not here.
TASKS = (
    _K.ALARM,
    _K.CANCEL_MEANT,
    _K.MAYBE_STOP,
    _K.REPLY,
    _K.LATE_CHANGE,
    _K.MESSAGE,
    _K.UNCERTAIN,
    _K.COMPLAINT,
    _K.CONFIGURATION,
    _K.CODES,
)
STATES: Mapping[str, tuple[MessageStatus, ...]] = {
    "due": (_S.PLANNED, _S.CLAIMED),
    "sent": (_S.ACCEPTED, _S.DELIVERED),
    "failed": (_S.UNDELIVERED, _S.FAILED, _S.SUPPRESSED, _S.EXPIRED),
    "uncertain": (_S.UNCERTAIN,),
}
PAGE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows from `number` (the first is 1) on; whether there are more, without counting them."""

    rows: list[Row]
    number: int
    more: bool


def page_of(found: QuerySet[Row], number: int) -> Page[Row]:
    number = max(1, number)
    first = (number - 1) * PAGE
    rows = list(found[first : first + PAGE + 1])
    return Page(rows[:PAGE], number, len(rows) > PAGE)


def open_tasks() -> QuerySet[StaffTask]:
    """The urgent ones first, then the oldest."""
    return (
        StaffTask.objects.filter(done_at=None, kind__in=TASKS)
        .select_related(
            "inbound__appointment",
            "appointment__patient",
            "appointment__visit_type",
            "message__appointment__patient",
            "message__contact_request__patient",
            "message__inbound",
        )
        .order_by("-urgent", "created_at", "pk")
    )


def messages_in(state: str) -> QuerySet[Message]:
    """Due: the next first; else the newest first. What another text told is in none of them."""
    order = ("next_attempt_at", "pk") if state == "due" else ("-pk",)
    return (
        Message.objects.filter(status__in=STATES[state])
        .exclude(reason=TOLD_TOO)
        .select_related("appointment__patient", "contact_request__patient", "inbound")
        .order_by(*order)
    )


def latest_texts() -> QuerySet[InboundText]:
    """The last text of each number that wrote to us, the newest first."""
    last = InboundText.objects.values("from_number").annotate(last=Max("pk")).values("last")
    return InboundText.objects.filter(pk__in=last).order_by("-received_at", "-pk")


def people_by_number(numbers: Iterable[str]) -> dict[str, list[Patient]]:
    """Who may answer a number: its patients, and those whom its owner helps; two queries."""
    wanted = set(numbers)
    found: dict[str, dict[int, Patient]] = {number: {} for number in wanted}
    for patient in Patient.objects.filter(phone__in=wanted, merged_into=None):
        found[str(patient.phone)][patient.pk] = patient
    contacts = Contact.objects.filter(phone__in=wanted, patient__merged_into=None)
    for contact in contacts.select_related("patient"):
        found[str(contact.phone)][contact.patient_id] = contact.patient
    return {
        number: sorted(people.values(), key=lambda patient: (patient.name, patient.pk))
        for number, people in found.items()
    }
