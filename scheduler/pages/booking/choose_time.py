"""Day and time on one page, with a choice of who to see."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.availability.load_schedule import UnknownProvider
from scheduler.availability.visit_rules import UnknownVisitType, Visit, load_visit
from scheduler.booking.refusals import SlotTaken
from scheduler.clinic.models import VisitType
from scheduler.pages.booking.draft import Draft, save
from scheduler.pages.booking.notices import notice_on_the_way_back
from scheduler.pages.booking.step_order import TIME, WHY, first_open, go, step, step_of
from scheduler.pages.free_days import is_free
from scheduler.pages.language import page_language
from scheduler.pages.slot_picker import nearest_to, picker_choice, slot_picker, typed_start


@step(TIME)
def choose(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """GET offers times with the provider `with` from the day `from` on; POST `start` takes one.

    Nothing is kept yet. `start` is RFC 3339; an empty `with` is anyone.
    """
    try:
        visit = load_visit(draft.visit_type)
    except UnknownVisitType as refusal:
        draft.visit_type, draft.notice = "", refusal.code
        draft.forget_time()
        save(request, draft, now=now)
        return go(WHY)
    if request.method == "POST":
        return _take(request, draft, visit, now)
    return _offer(request, draft, visit, now)


def _take(request: HttpRequest, draft: Draft, visit: Visit, now: datetime) -> HttpResponse:
    provider = picker_choice(request.POST, usually="").provider
    start = typed_start(request.POST.get("start", ""), now)
    if start is None:
        return _offer(request, draft, visit, now, missing=True)
    try:
        free = is_free(start, visit, provider=provider, exclude_id=draft.hold, now=now)
    except UnknownProvider:
        provider, free = "", False
    if not free:
        draft.notice, draft.start = SlotTaken.code, ""
        draft.nearest = nearest_to(start, visit, provider=provider, now=now)
        save(request, draft, now=now)
        return go(TIME)
    draft.start, draft.provider = start.astimezone(visit.tz).isoformat(), provider
    draft.nearest = []
    save(request, draft, now=now)
    return go(first_open(draft))


def _offer(
    request: HttpRequest, draft: Draft, visit: Visit, now: datetime, *, missing: bool = False
) -> HttpResponse:
    notice = draft.take_notice()
    if notice:
        save(request, draft, now=now)
    context = {
        "step": step_of(TIME),
        "notice": notice_on_the_way_back(notice),
        "missing": missing,
        "offer": slot_picker(
            visit,
            VisitType.objects.get(pk=visit.id),
            picker_choice(request.POST if missing else request.GET, usually=draft.provider),
            exclude_id=draft.hold,
            language=page_language(),
            now=now,
            near=draft.nearest,
            chosen=draft.start,
        ),
    }
    return render(request, "booking/time.html", context, status=422 if missing else 200)
