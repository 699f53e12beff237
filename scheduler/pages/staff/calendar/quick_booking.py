"""The quick booking: staff book for somebody on the phone or at the counter."""

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book_by_staff import ByStaff, book_by_staff
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    MayBeKnown,
    NotOffered,
    PatientBusy,
    PhoneNeeded,
    RequestAnswered,
    SlotTaken,
)
from scheduler.booking.reserve import BookingRequest
from scheduler.booking.slot_assignment import nearest
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.pages.staff.calendar.booking_dialog import Dialog, opened, sent, show_dialog
from scheduler.pages.staff.calendar.patient_partial import patient_of, who_context, who_form
from scheduler.pages.staff.guard import staff
from scheduler.transactions.idempotency import IdempotentCall, KeyReused, Replay
from tasks.nudge import nudge

NO_GOOD, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.BOOK)
def book(request: HttpRequest) -> HttpResponse:
    """GET opens the dialog: `start` (the clinic's wall clock), `provider`, `visit_type` (slugs),
    `patient`, `request` (ids), `walk_in`. POST books; `pick` chooses a patient and `find` looks for
    one, for who has no script to do it."""
    now = timezone.now()
    if request.method != "POST":
        return show_dialog(opened(request, now=now))
    to_book = not (request.POST.get("pick") or "find" in request.POST)
    dialog = sent(request, now=now, to_book=to_book)
    if to_book:
        return _book(dialog)
    if "find" in request.POST:
        dialog.search(request.POST.get("q", ""))
    return show_dialog(dialog)


@require_safe
@staff(Right.BOOK)
def who(request: HttpRequest) -> HttpResponse:
    """The part about one `patient`, or about a new one; the dialog's script asks for it."""
    zone = current_clinic().zone
    form = who_form(patient_of(request.GET.get("patient"), request))
    context = who_context(form, zone=zone, now=timezone.now())
    return render(request, "staff/book/_who.html", context)


def _book(dialog: Dialog) -> HttpResponse:
    """Book, or show what stands against it with everything kept: 422 where something is to be
    put right, 409 where something is to be chosen."""
    right = [dialog.when.is_valid(), dialog.who.is_valid()]
    if not all(right):
        if "q" in dialog.who.errors:
            dialog.search(dialog.who.data.get("q", ""))
        return show_dialog(dialog, status=NO_GOOD)
    try:
        appointment = _take(dialog)
    except Replay as replay:
        appointment = Appointment.objects.get(reference=replay.reference)
    except SlotTaken as taken:
        dialog.offer("That time is taken.", taken.alternatives)
        return show_dialog(dialog, status=CONFLICT)
    except MayBeKnown as known:
        dialog.resembles(known.patients)
        return show_dialog(dialog, status=CONFLICT)
    except NotOffered as error:
        return _not_offered(dialog, error.reason)
    except (UnknownProvider, PatientBusy, PhoneNeeded, KeyReused, RequestAnswered) as error:
        _explain(dialog, error)
        return show_dialog(dialog, status=NO_GOOD)
    nudge()
    return _done(dialog, appointment)


def _wanted(dialog: Dialog) -> BookingRequest:
    typed = dialog.when.cleaned_data
    return BookingRequest(
        visit_type=typed["visit_type"],
        start=dialog.when.start_as_of(dialog.now),
        provider=typed["provider"] or None,
        person=dialog.who.person,
        overbook_reason=dialog.when.reason,
    )


def _take(dialog: Dialog) -> Appointment:
    typed, patient = dialog.when.cleaned_data, dialog.who.patient
    details = ByStaff(
        patient=patient.pk if patient else None,
        ask_first="anyway" not in dialog.request.POST,
        note=typed["note"],
        walk_in=typed["walk_in"],
        contact_request=dialog.asked,
    )
    answers = dialog.request.POST.copy()
    answers.pop("csrfmiddlewaretoken", None)
    body = urlencode(sorted(answers.items())).encode()
    key = f"staff {dialog.request.user.pk} {dialog.once}"
    idempotency = IdempotentCall(key, body, lambda _appointment: {})
    return book_by_staff(_wanted(dialog), details, now=dialog.now, idempotency=idempotency)


def _not_offered(dialog: Dialog, reason: str) -> HttpResponse:
    """Outside the hours is a place that a reason opens; time off and the past are not."""
    wanted = _wanted(dialog)
    if reason == "closed" and not wanted.overbook_reason:
        visit = load_visit(wanted.visit_type, staff=True).for_staff(on_its_grid=True)
        others = nearest(visit, wanted.start, provider=wanted.provider, now=dialog.now)
        dialog.offer("That is outside the hours.", others)
        return show_dialog(dialog, status=CONFLICT)
    words = {
        "past": "That time is over.",
        "horizon": "That is more than two years ahead.",
        "closed": "There is time off then. Nothing can be booked into it.",
    }
    dialog.when.add_error("start", words.get(reason, "Nothing can be booked at that time."))
    return show_dialog(dialog, status=NO_GOOD)


def _explain(dialog: Dialog, error: Exception) -> None:
    if isinstance(error, UnknownProvider):
        dialog.when.add_error("provider", "They don't see this kind of visit.")
    elif isinstance(error, PatientBusy):
        dialog.when.add_error("start", "The patient has another visit at that time.")
    elif isinstance(error, PhoneNeeded):
        dialog.trouble = "We call for this visit: give the number to call."
    elif isinstance(error, KeyReused):
        dialog.trouble = "This has been booked already. For another visit, start again."
    else:
        dialog.trouble = "Somebody has answered this request already."


def _done(dialog: Dialog, appointment: Appointment) -> HttpResponse:
    patients_viewed([appointment.patient_id])
    when = in_words(appointment.starts_at, dialog.zone, "en")
    what = "Here now" if appointment.walk_in else "Booked"
    words = (
        f"{what}: {appointment.patient}, {when.date_short}, {when.time}, "
        f"with {appointment.provider.name}."
    )
    if not (appointment.walk_in or appointment.messages.exists()):
        words += " No text or mail goes out."
    if dialog.request.htmx:  # type: ignore[attr-defined]
        told = {"say": words, "closePanel": "", "changed": ""}
        return HttpResponse(headers={"HX-Trigger": json.dumps(told)})
    messages.success(dialog.request, words)
    day = appointment.starts_at.astimezone(dialog.zone).date()
    return redirect(f"{reverse('staff')}?{urlencode({'day': day.isoformat()})}")
