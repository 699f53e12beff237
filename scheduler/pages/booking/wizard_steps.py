"""The questions with plain answers: been here before, why, who is coming and how to reach them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from scheduler.booking.booking_rules import refuse_minor
from scheduler.booking.refusals import UnderAge
from scheduler.clinic.models import VisitType
from scheduler.messaging.consent.wordings import WORDINGS
from scheduler.pages.booking.draft import Draft, save
from scheduler.pages.booking.forms import VisitedBeforeForm, WhyForm
from scheduler.pages.booking.notices import notice_on_the_way_back
from scheduler.pages.booking.person_form import OTHER, PersonForm, fill_in, initial_person, leave
from scheduler.pages.booking.reasons import reasons
from scheduler.pages.booking.step_order import START, TIME, WHY, YOU, first_open, go, step, step_of
from scheduler.pages.language import page_language, remember_language
from scheduler.pages.refusals import add_refusal
from scheduler.pages.show_form import show_form

TO_LANGUAGE = "language-"


def ask_for_call() -> HttpResponse:
    """To the request for a call, which takes what is known from the draft."""
    response = HttpResponseRedirect(reverse("contact") + "?from=booking")
    response.status_code = 303
    return response


@step(START)
def visited_before(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """POST `been`: new or returning. Another answer than before asks again why and when."""
    form = VisitedBeforeForm(request.POST or None, initial={"been": draft.been})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["been"] != draft.been:
            draft.been = form.cleaned_data["been"]
            draft.reason = draft.why = draft.visit_type = draft.condition = ""
            draft.forget_time()
        save(request, draft, now=now)
        return go(first_open(draft))
    context = {"form": form, "step": step_of(START)}
    return show_form(request, "booking/visited_before.html", context)


@step(WHY)
def why(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """POST `reason`. One that needs a referral first leads to the request for a call."""
    offered = reasons(draft.been, page_language())
    form = WhyForm(request.POST or None, offered=offered, initial={"reason": draft.reason})
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in offered if one.value == form.cleaned_data["reason"])
        if chosen.visit_type != draft.visit_type:
            draft.forget_time()
        draft.reason, draft.why = chosen.value, chosen.words
        # No time is given before the referral: the type stays open, and with it this question.
        draft.visit_type = "" if chosen.by_call else chosen.visit_type
        draft.condition = chosen.condition
        save(request, draft, now=now)
        return ask_for_call() if chosen.by_call else go(first_open(draft))
    context = {
        "form": form,
        "step": step_of(WHY),
        "offered": [(one, radio) for one, radio in zip(offered, form["reason"], strict=True)],
        "notice": notice_on_the_way_back(draft.take_notice()),
    }
    return show_form(request, "booking/why.html", context)


@step(YOU)
def you(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    """POST who is coming. With `then=call` what is right of it is kept for the request for a call.

    With `then=back` or `language-es` the form is kept as it stands, for when they are back at it.
    The fields are those of `PersonForm`.
    """
    language = page_language()
    by_phone = VisitType.objects.filter(slug=draft.visit_type, by_phone=True).exists()
    initial = initial_person(draft, language)
    form = PersonForm(request.POST or None, initial=initial, by_phone=by_phone)
    then = request.POST.get("then", "")
    if request.method == "POST" and (then == "back" or then.startswith(TO_LANGUAGE)):
        leave(draft, form)
        save(request, draft, now=now)
        response = go(TIME if then == "back" else YOU)
        return remember_language(response, then.removeprefix(TO_LANGUAGE))
    if request.method == "POST":
        good = form.is_valid() and _is_adult(form, draft)
        if good or then == "call":
            fill_in(draft, form.cleaned_data, language)
            save(request, draft, now=now)
            return go(first_open(draft)) if good else ask_for_call()
    if form["who"].value() == OTHER:
        form.for_somebody_else()
    context = {
        "form": form,
        "step": step_of(YOU),
        "consent": WORDINGS[language],
        # What leads away from here sends this form, so that nothing of it is lost.
        "sends": "who-form",
    }
    return show_form(request, "booking/you.html", context)


def _is_adult(form: PersonForm, draft: Draft) -> bool:
    try:
        refuse_minor(form.cleaned_data["date_of_birth"], draft.starts_at.date())
    except UnderAge as refusal:
        add_refusal(form, refusal)
        return False
    return True
