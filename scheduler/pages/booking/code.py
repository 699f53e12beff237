"""The code that proves the number or mail address, and with it the visit is booked."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.holds import send_code
from scheduler.booking.holds.verify import verify
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AlreadyVerified, HoldExpired, NoSuchContact, PatientBusy
from scheduler.clinic.current import current_clinic
from scheduler.clinic.time_format import in_words
from scheduler.core.backoff import STOPPED_AT_CARRIER
from scheduler.core.message_status import MessageStatus
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.messaging.consent.opt_out import OPTED_OUT
from scheduler.messaging.models import Channel
from scheduler.messaging.plan import CODE as CODE_MESSAGE
from scheduler.pages.booking.check import is_seen, take
from scheduler.pages.booking.draft import Draft, finish, save
from scheduler.pages.booking.forms import CodeForm
from scheduler.pages.booking.notices import notice_of
from scheduler.pages.booking.step_order import CHECK, CODE, DONE, TIME, go, step, step_of
from scheduler.pages.language import page_language
from scheduler.pages.network import network_of
from scheduler.pages.refusals import add_refusal
from scheduler.pages.typography import unbroken
from tasks.nudge import nudge

# The code's message ended in one of these: nothing will arrive.
LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.SUPPRESSED)
# Unless it ended so because the number opted out: that would tell a stranger of a patient's.
UNTOLD = Q(reason=OPTED_OUT) | Q(error_code=STOPPED_AT_CARRIER)
STOPPED = (AppointmentStatus.HELD, AppointmentStatus.EXPIRED)
Answer = Callable[[HttpRequest, Draft, Appointment, datetime], HttpResponse]


@step(CODE)
def code(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """GET asks for the code. POST `code` books; `then` asks instead for something else:

    `sms` or `email` for a new code, `again` to keep the time once more, `call` to be called.
    """
    then = request.POST.get("then", "")
    if request.method == "POST" and (then == "again" or (then == "call" and draft.phone)):
        seen = is_seen(request, draft, now)
        return take(request, draft, now, by_call=then == "call") if seen else go(CHECK)
    held = Appointment.objects.filter(pk=draft.hold or 0).first()
    if held is None:
        return _show(request, draft, None, now) if draft.notice == NoSuchContact.code else go(CHECK)
    if held.status not in STOPPED:
        return _finish(request, held, now)
    if request.method != "POST":
        return _show(request, draft, held, now)
    if then in Channel.values:
        return _send_again(request, draft, held, then, now)
    return _try(request, draft, held, now)


def _try(request: HttpRequest, draft: Draft, held: Appointment, now: datetime) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, held, now, form)
    try:
        verify(held.pk, form.cleaned_data["code"], now=now)
    except AlreadyVerified:
        return _finish(request, held, now)
    except HoldExpired:
        return go(CODE)
    except PatientBusy as refusal:
        draft.notice, draft.start = refusal.code, ""
        save(request, draft, now=now)
        return go(TIME)
    except Refusal as refusal:
        add_refusal(form, refusal, otherwise="code")
    else:
        nudge()
        return _finish(request, held, now)
    return _show(request, draft, held, now, form)


def _send_again(
    request: HttpRequest, draft: Draft, held: Appointment, channel: str, now: datetime
) -> HttpResponse:
    try:
        send_code.resend_code(held.pk, channel, network=network_of(request), now=now)
    except AlreadyVerified:
        return _finish(request, held, now)
    except HoldExpired:
        pass
    except Refusal as refusal:
        draft.notice = refusal.code
    else:
        nudge()
        draft.notice = "sent"
    save(request, draft, now=now)
    return go(CODE)


def _finish(request: HttpRequest, booked: Appointment, now: datetime) -> HttpResponse:
    finish(request, booked.pk, now=now)
    return go(DONE)


def _show(
    request: HttpRequest,
    draft: Draft,
    held: Appointment | None,
    now: datetime,
    form: Form | None = None,
) -> HttpResponse:
    tz, language = current_clinic().zone, page_language()
    until = held.hold_expires_at if held and held.status == AppointmentStatus.HELD else None
    by_text = held is None or held.code_channel == Channel.SMS
    phone = PhoneNumber.from_string(draft.phone).as_national if draft.phone else ""
    notice = draft.notice if held is None else draft.take_notice()
    if held is not None and notice:
        save(request, draft, now=now)
    lapsed = held is not None and (until is None or until <= now)
    # What is kept; another tab may have chosen another time since, which nobody keeps yet.
    start = held.starts_at if held and not lapsed else draft.starts_at
    context = {
        "step": step_of(CODE),
        "seen": draft.digest(),
        "form": form or CodeForm(),
        "notice": notice_of(notice),
        "when": in_words(start, tz, language),
        "lapsed": lapsed,
        "kept_until": unbroken(in_words(until, tz, language).time) if until else "",
        "sent_to": phone if by_text else draft.email,
        "by_text": by_text,
        "channel": Channel.SMS if by_text else Channel.EMAIL,
        "lost": held is None or _is_lost(held),
        "phone": phone,
        # The other way to send a code, where there is one.
        "other": draft.email if by_text else (phone if not draft.landline else ""),
        "wait": _seconds_to_wait(held, now),
    }
    return render(request, "booking/code.html", context, status=422 if form else 200)


def _is_lost(held: Appointment) -> bool:
    """Whether the last code was tried and can't arrive, known to us before or not."""
    last = held.messages.filter(kind=CODE_MESSAGE, sequence=held.code_number, status__in=LOST)
    return last.exclude(UNTOLD).exists()


def _seconds_to_wait(held: Appointment | None, now: datetime) -> int:
    if held is None or held.code_sent_at is None:
        return 0
    return max(0, int((held.code_sent_at + send_code.PAUSE - now).total_seconds()) + 1)
