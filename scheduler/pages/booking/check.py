"""Everything at a glance, and then the time is kept: for a code, or for a call."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_info
from phonenumber_field.phonenumber import PhoneNumber

from scheduler.booking.holds.hold_for_call import HoldForCall
from scheduler.booking.holds.hold_or_call import hold_or_call
from scheduler.booking.models import Appointment
from scheduler.booking.refusals import AwaitsCall, SlotTaken
from scheduler.booking.reserve import reserve
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Provider, VisitType
from scheduler.clinic.time_format import When, in_words
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus
from scheduler.pages.booking.draft import Draft, finish, save
from scheduler.pages.booking.notices import notice_of
from scheduler.pages.booking.person_form import RELATIONS
from scheduler.pages.booking.step_order import CHECK, CODE, DONE, TIME, WHY, YOU, go, step, step_of
from scheduler.pages.language import page_language
from scheduler.pages.network import network_of
from scheduler.rate_limits.counting import CodeLimit
from scheduler.rate_limits.requests import TooManyRequests
from scheduler.transactions.idempotency import IdempotentCall, Replay
from tasks.nudge import nudge

# The question to which it leads back that something is wrong with an answer.
QUESTIONS = {
    "start": TIME,
    "provider": TIME,
    "visit_type": WHY,
    "condition": WHY,
    "patient.date_of_birth": YOU,
    "patient.phone": YOU,
    "channel": CODE,
}
# Another answer would not help, and sending the form once more would come to the same.
ASK_INSTEAD = {AwaitsCall.code, TooManyRequests.code}


@dataclass(frozen=True, slots=True)
class Summary:
    """The answers in words."""

    visit_name: str
    by_phone: bool
    when: When
    arrive_by: str
    minutes: int
    provider: str
    relation: str
    date_of_birth: str
    phone: str
    language: str


@step(CHECK)
def check(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """GET shows the answers, POST keeps the time, if `seen` says that these were shown.

    With `then=call` for a call, because no more codes may be sent.
    """
    if request.method == "POST":
        by_call = request.POST.get("then") == "call" and bool(draft.phone)
        seen = is_seen(request, draft, now)
        return take(request, draft, now, by_call=by_call) if seen else go(CHECK)
    summary = _summary(draft, page_language())
    if summary.by_phone and not summary.phone:
        return go(YOU)
    said = draft.take_notice()
    notice = notice_of(said)
    if notice:
        save(request, draft, now=now)
    context = {
        "draft": draft,
        "seen": draft.digest(),
        "summary": summary,
        "step": step_of(CHECK),
        "notice": notice,
        "ask_instead": said in ASK_INSTEAD,
        "call_instead": said == CodeLimit.code and bool(draft.phone),
    }
    return render(request, "booking/check.html", context)


def is_seen(request: HttpRequest, draft: Draft, now: datetime) -> bool:
    """Whether the form came from a page with these answers; the next page says if not."""
    if request.POST.get("seen") == draft.digest():
        return True
    draft.notice = "elsewhere"
    save(request, draft, now=now)
    return False


def take(
    request: HttpRequest, draft: Draft, now: datetime, *, by_call: bool = False
) -> HttpResponse:
    """Keep the time of the draft and go where it is finished. However often it is sent: once.

    What was kept for other answers is given up with it. A refusal keeps every answer.
    """
    if by_call:
        draft.landline = True
    by_call = by_call or draft.by_call
    digest = draft.digest(by_call=by_call)
    if draft.sent == digest and _is_kept(draft.hold, now=now):
        return go(CODE)
    wanted = draft.wanted(network_of(request))
    key = f"page {draft.nonce} {draft.hold or 0} {digest}"
    idempotency = IdempotentCall(key, digest.encode(), lambda _appointment: {})
    try:
        if by_call:
            policy = HoldForCall(wanted, instead_of=draft.hold)
            kept = reserve(policy, now=now, idempotency=idempotency)
        else:
            kept = hold_or_call(wanted, now=now, idempotency=idempotency, instead_of=draft.hold)
    except Replay as replay:
        kept = Appointment.objects.get(reference=replay.reference)
    except Refusal as refusal:
        return _refuse(request, draft, refusal, now)
    nudge()
    if not kept.code_channel:
        finish(request, kept.pk, now=now)
        return go(DONE)
    draft.hold, draft.sent, draft.notice, draft.nearest = kept.pk, digest, "", []
    save(request, draft, now=now)
    return go(CODE)


def _refuse(request: HttpRequest, draft: Draft, refusal: Refusal, now: datetime) -> HttpResponse:
    where = QUESTIONS.get(refusal.field, CHECK)
    if refusal.code in ASK_INSTEAD:
        where = CHECK
    # That page says by itself what it needs.
    draft.notice = "" if where == YOU else refusal.code
    if isinstance(refusal, SlotTaken):
        draft.nearest = list(dict.fromkeys(slot.start.isoformat() for slot in refusal.alternatives))
    if where == TIME:
        draft.start = ""
    if where == WHY:
        draft.visit_type = ""
        draft.forget_time()
    save(request, draft, now=now)
    return go(where)


def _is_kept(appointment_id: int | None, *, now: datetime) -> bool:
    return Appointment.objects.filter(
        pk=appointment_id or 0, status=AppointmentStatus.HELD, hold_expires_at__gt=now
    ).exists()


def _summary(draft: Draft, language: str) -> Summary:
    visit_type = VisitType.objects.get(slug=draft.visit_type)
    zone = current_clinic().zone
    early = timedelta(minutes=visit_type.arrive_early_minutes)
    arrive = in_words(draft.starts_at - early, zone, language).time if early else ""
    provider = Provider.objects.filter(slug=draft.provider).first() if draft.provider else None
    return Summary(
        visit_name=visit_type.name_in(language),
        by_phone=visit_type.by_phone,
        when=in_words(draft.starts_at, zone, language),
        arrive_by="" if visit_type.by_phone else arrive,
        minutes=visit_type.duration_minutes,
        provider=str(provider or ""),
        relation=str(dict(RELATIONS).get(draft.relation, "")),
        date_of_birth=f"{date.fromisoformat(draft.date_of_birth):%m/%d/%Y}",
        phone=PhoneNumber.from_string(draft.phone).as_national if draft.phone else "",
        language=get_language_info(draft.language)["name_local"].capitalize(),
    )
