"""The quick booking: staff book for somebody on the phone or at the counter."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.availability.visit_rules import load_visit
from scheduler.booking.book_by_staff import BookByStaff
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import (
    MayBeKnown,
    NotOffered,
    SlotTaken,
    may_overbook,
)
from scheduler.booking.reserve import BookingRequest, reserve
from scheduler.booking.slot_assignment import nearest
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.refusal import Refusal
from scheduler.pages.staff.calendar.booking_dialog import Dialog, opened, sent, show_dialog
from scheduler.pages.staff.calendar.patient_partial import patient_of, who_context, who_form
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.htmx_answers import htmx_asks, tell
from scheduler.refusals.catalog import staff_words
from scheduler.transactions.idempotency import IdempotentCall, Replay
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
        dialog.offer(staff_words(taken), taken.alternatives)
        return show_dialog(dialog, status=CONFLICT)
    except MayBeKnown as known:
        dialog.resembles(staff_words(known), known.patients)
        return show_dialog(dialog, status=CONFLICT)
    except NotOffered as closed:
        return _not_offered(dialog, closed)
    except Refusal as refusal:
        return _refuse(dialog, refusal)
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
    policy = BookByStaff(
        _wanted(dialog),
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
    return reserve(policy, now=dialog.now, idempotency=idempotency)


def _not_offered(dialog: Dialog, refusal: NotOffered) -> HttpResponse:
    """Outside the hours is a place that a reason opens; time off and the past are not."""
    wanted = _wanted(dialog)
    if wanted.overbook_reason or not may_overbook(refusal):
        return _refuse(dialog, refusal)
    visit = load_visit(wanted.visit_type, staff=True).for_staff(on_its_grid=True)
    others = nearest(visit, wanted.start, provider=wanted.provider, now=dialog.now)
    dialog.offer(staff_words(refusal), others)
    return show_dialog(dialog, status=CONFLICT)


def _refuse(dialog: Dialog, refusal: Refusal) -> HttpResponse:
    """At the field that is to be put right, or over them all."""
    if refusal.field in dialog.when.fields:
        dialog.when.add_error(refusal.field, staff_words(refusal))
    else:
        dialog.trouble = staff_words(refusal)
    return show_dialog(dialog, status=NO_GOOD)


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
    if htmx_asks(dialog.request):
        return tell(HttpResponse(), words, close=True)
    messages.success(dialog.request, words)
    day = appointment.starts_at.astimezone(dialog.zone).date()
    return redirect(f"{reverse('staff')}?{urlencode({'day': day.isoformat()})}")
