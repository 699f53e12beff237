"""The quick booking as it is shown: its forms, what they begin with, and what is around them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from scheduler.audit.viewed import patients_viewed
from scheduler.booking.refusals import Alternative
from scheduler.clinic.current import current_clinic
from scheduler.clinic.load_call_desk import CALL_SLUG
from scheduler.clinic.models import VisitType
from scheduler.clinic.time_format import When, in_words, time_in_words
from scheduler.contact_requests.models import ContactRequest
from scheduler.core import parsing
from scheduler.frontdesk.find_patients import find_patients
from scheduler.pages.staff.calendar.booking_form import WhenForm, next_mark
from scheduler.pages.staff.calendar.overbooking import REASONS, WALK_IN
from scheduler.pages.staff.calendar.patient_form import PatientForm
from scheduler.pages.staff.calendar.patient_partial import patient_of, who_context, who_form
from scheduler.pages.staff.htmx_answers import show_part_or_page
from scheduler.pages.staff.person_lines import Line, national, patient_line
from scheduler.patients.models import Patient

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """An alternative on a button; `value` is what `WhenForm.instead` takes."""

    value: str
    when: When
    provider: str


@dataclass
class Dialog:
    """One quick booking. `found` and `alike` are patients to choose from; `taken` says why the time
    can't be had without a reason, and `alternatives` are other times."""

    request: HttpRequest
    now: datetime
    zone: ZoneInfo
    asked: ContactRequest | None
    when: WhenForm
    who: PatientForm
    once: str
    found: list[Line] = field(default_factory=list)
    alike: list[Line] = field(default_factory=list)
    likeness: str = ""
    taken: str = ""
    alternatives: list[Choice] = field(default_factory=list)
    trouble: str = ""

    @property
    def walk_in(self) -> bool:
        return bool(self.when["walk_in"].value())

    @property
    def lacks_why(self) -> bool:
        """Whether it was to be booked all the same, and nobody said why."""
        return "all_the_same" in self.request.POST and not self.given_why

    @property
    def given_why(self) -> str:
        return self.when["overbook_words"].value() or self.when["overbook"].value() or ""

    @property
    def asks_why(self) -> bool:
        """Whether a reason to put the visit on top of others is asked for, or was given."""
        return bool(self.taken or self.given_why)

    def search(self, typed: str) -> None:
        found = find_patients(typed, self.request.user, limit=MOST_FOUND)
        self.found = [patient_line(one.id, one.name, one.date_of_birth, one.phone) for one in found]

    def resembles(self, words: str, patients: Iterable[Patient]) -> None:
        self.likeness = words
        self.alike = [
            patient_line(one.pk, one.name, one.date_of_birth, str(one.phone)) for one in patients
        ]

    def offer(self, words: str, alternatives: Iterable[Alternative]) -> None:
        """The time is taken, as `words` say, and these are others."""
        names = dict(self.when.fields["provider"].choices)  # type: ignore[attr-defined]
        self.taken = words
        self.alternatives = [
            Choice(
                f"{slot.start.astimezone(self.zone):%Y-%m-%dT%H:%M} {slot.provider}",
                in_words(slot.start, self.zone, "en"),
                names.get(slot.provider, slot.provider),
            )
            for slot in alternatives
        ]


def opened(request: HttpRequest, *, now: datetime) -> Dialog:
    """The dialog as its address asks for it."""
    asked = _asked(request.GET)
    known = asked.patient_id if asked else None
    patient = patient_of(request.GET.get("patient") or known, request)
    zone = current_clinic().zone
    dialog = Dialog(
        request=request,
        now=now,
        zone=zone,
        asked=asked,
        when=WhenForm(zone=zone, initial=_when(request.GET, patient, asked)),
        who=who_form(patient, initial=_who(asked)),
        once=uuid4().hex,
    )
    if asked is not None and patient is None:
        dialog.search(national(str(asked.phone)) or asked.name)
    return dialog


def sent(request: HttpRequest, *, now: datetime, to_book: bool) -> Dialog:
    """The dialog as it came back: to be checked and booked, or kept as far as it is typed."""
    given = request.POST
    patient = patient_of(given.get("pick") or given.get("patient"), request)
    typed: dict[str, Any] = {"data": given} if to_book else {"initial": given.dict()}
    zone = current_clinic().zone
    return Dialog(
        request=request,
        now=now,
        zone=zone,
        asked=_asked(given),
        when=WhenForm(zone=zone, **typed),
        who=who_form(patient, **typed),
        once=given.get("once", "")[:64] or uuid4().hex,
    )


def show_dialog(dialog: Dialog, *, status: int = 200) -> HttpResponse:
    """In the panel where it was opened there, else as a page of its own."""
    patients_viewed(int(line.key) for line in (*dialog.found, *dialog.alike))
    context = {
        "dialog": dialog,
        "title": _title(dialog),
        "focus": _focus(dialog),
        "new_visit": _new_visit(dialog.request),
        "reasons": REASONS,
        "reason": dialog.when["overbook"].value() or (WALK_IN if dialog.walk_in else ""),
        "here_at": time_in_words(next_mark(dialog.now).astimezone(dialog.zone)),
        "elsewhen": _elsewhen(dialog),
        **who_context(dialog.who, zone=dialog.zone, now=dialog.now),
    }
    return show_part_or_page(
        dialog.request, "staff/book/_dialog.html", "staff/book/page.html", context, status=status
    )


def _title(dialog: Dialog) -> str:
    if dialog.walk_in:
        return WALK_IN
    is_call = dialog.when["visit_type"].value() == CALL_SLUG
    return "Schedule a call" if is_call else "Book a visit"


def _focus(dialog: Dialog) -> str:
    """Where the keyboard begins: at a mistake, else at what is to be chosen, else at what is
    missing; at "book" where nothing is."""
    if dialog.when.focus_on_mistake() or dialog.who.focus_on_mistake():
        return ""
    choices = {"taken": dialog.taken, "alike": dialog.alike, "found": dialog.found}
    for place, is_there in choices.items():
        if is_there:
            # A walk-in is here: their reason is filled in, and Enter books.
            return "why" if dialog.taken and (dialog.walk_in or dialog.lacks_why) else place
    if not (dialog.walk_in or dialog.when["start"].value()):
        dialog.when.fields["start"].widget.attrs["autofocus"] = True
        return ""
    if dialog.who.patient is None:
        dialog.who.fields["q"].widget.attrs["autofocus"] = True
        return ""
    return "book"


def _new_visit(request: HttpRequest) -> str:
    """The kind of visit that somebody new has, unless one was asked for."""
    if request.method == "POST" or "visit_type" in request.GET:
        return ""
    return _visit_type_of(VisitType.Audience.NEW)


def _visit_type_of(audience: str) -> str:
    found = VisitType.objects.filter(active=True, audience=audience)
    return found.values_list("slug", flat=True).first() or ""


def _elsewhen(dialog: Dialog) -> str:
    """The query of "find a time" for the same visit."""
    wishes = {
        "visit_type": dialog.when["visit_type"].value(),
        "provider": dialog.when["provider"].value(),
        "patient": dialog.who.patient and dialog.who.patient.pk,
        "request": dialog.asked and dialog.asked.pk,
    }
    return urlencode({name: value for name, value in wishes.items() if value})


def _asked(given: Mapping[str, str]) -> ContactRequest | None:
    number = parsing.number(given.get("request"))
    return None if number is None else ContactRequest.objects.filter(pk=number).first()


def _when(
    given: Mapping[str, str], patient: Patient | None, asked: ContactRequest | None
) -> dict[str, Any]:
    """Most who call have been here; who asks to be booked, and nobody knows, has not."""
    is_new = patient is None and asked is not None
    usual = VisitType.Audience.NEW if is_new else VisitType.Audience.RETURNING
    return {
        "visit_type": given.get("visit_type") or _visit_type_of(usual),
        "provider": given.get("provider", ""),
        "start": given.get("start", ""),
        "walk_in": "1" if "walk_in" in given else "",
    }


def _who(asked: ContactRequest | None) -> dict[str, Any]:
    if asked is None:
        return {"language": "en"}
    return {
        "name": asked.name,
        "phone": national(str(asked.phone)),
        "email": asked.email,
        "language": asked.language,
    }
