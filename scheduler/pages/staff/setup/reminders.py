"""The reminders of all visit types, or of one, with what goes out by them for an example."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Clinic, ReminderRule, VisitType
from scheduler.clinic.reminder_rules import as_planned, rules_for
from scheduler.clinic.time_format import in_words, time_in_words
from scheduler.messaging.models import Channel
from scheduler.messaging.plan import is_reminder
from scheduler.messaging.reminders.example_booking import ExampleBooking, Leaving, what_goes
from scheduler.messaging.reminders.set_rules import RulesChanged, fingerprint, set_reminder_rules
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.messages.words import title_of, why
from scheduler.pages.staff.setup.reminders_form import (
    BaseRules,
    ExampleForm,
    RuleFormSet,
    as_typed,
    usual_example,
)
from scheduler.pages.staff.show_page import show_page
from scheduler.refusals.catalog import staff_words

OWN = "own"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the example in words. `why_not` is empty where it leaves."""

    when: str
    at_once: bool
    is_text: bool
    to: str
    what: str
    why_not: str
    subject: str
    text: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SET_UP)
def of_all(request: HttpRequest) -> HttpResponse:
    """The reminders of all visit types that have none of their own."""
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SET_UP)
def of_type(request: HttpRequest, pk: int) -> HttpResponse:
    """Those of one visit type: `follows=own`, or those of all."""
    return _page(request, get_object_or_404(VisitType, pk=pk))


def _page(request: HttpRequest, visit_type: VisitType | None) -> HttpResponse:
    """GET shows them; POST tries what was typed on the example, and with `act=save` saves it."""
    posted = request.POST if request.method == "POST" else None
    clinic, now = current_clinic(), timezone.now()
    own = visit_type is None or visit_type.own_reminders
    if posted is not None and visit_type is not None:
        own = posted.get("follows") == OWN
    stored = list(rules_for(visit_type))
    rules = cast(
        BaseRules,
        RuleFormSet(
            posted,
            prefix="rules",
            initial=[as_typed(rule) for rule in stored],
            form_kwargs={"clinic": clinic},
        ),
    )
    typed = posted if posted is not None else usual_example(clinic, visit_type, now=now)
    example = ExampleForm(typed, clinic=clinic, visit_type=visit_type)
    right = posted is None or not own or rules.is_valid()
    context: dict[str, Any] = {
        "visit_type": visit_type,
        "own": own,
        "rules": rules,
        "example": example,
        "seen": fingerprint(visit_type),
        "leaves": (time_in_words(clinic.messages_from), time_in_words(clinic.messages_until)),
        "with_own": VisitType.objects.filter(own_reminders=True, active=True),
    }
    status = 200 if right and example.is_valid() else 422
    if posted is not None and posted.get("act") == "save" and right:
        new = rules.rules() if own else None
        try:
            set_reminder_rules(visit_type, new, seen=posted.get("seen", ""), now=now)
        except RulesChanged as refusal:
            context |= {"refused": staff_words(refusal), "stands": in_short(stored)}
            status = refusal.status
        else:
            messages.success(
                request, "Saved. Reminders of coming visits follow within a few minutes."
            )
            return redirect(request.path)
    if right and example.is_valid():
        standing = stored if own else list(rules_for(None))
        counting = rules.rules() if own and posted is not None else standing
        context |= _shown(example.example(), counting, clinic)
    return show_page(request, "staff/setup/reminders.html", context, status=status)


def _shown(example: ExampleBooking, rules: list[ReminderRule], clinic: Clinic) -> dict[str, Any]:
    active = [as_planned(rule) for rule in rules if rule.active]
    goes = what_goes(example, active)
    reminded = any(is_reminder(one.message.kind) and not one.why_not for one in goes)
    nothing = ""
    if not (example.by_text or example.by_mail):
        nothing = "They agreed to neither: nothing goes out, and the visit's page says so."
    elif not active:
        nothing = "Nobody is reminded by these rules; the visit's page and the desk say so."
    elif not reminded:
        nothing = "No reminder goes out; the visit's page and the desk say why."
    return {
        "goes": [_in_words(one, example, clinic) for one in goes],
        "nothing": nothing,
        "spoken": example.language,
    }


def _in_words(one: Leaving, example: ExampleBooking, clinic: Clinic) -> Shown:
    when = in_words(one.at, clinic.zone, "en")
    return Shown(
        when=f"{when.date_short}, {when.time} {when.zone}",
        at_once=one.at == example.booked_at,
        is_text=one.message.channel == Channel.SMS,
        to=one.outgoing.to,
        what=title_of(one.message.kind),
        why_not=why(one.why_not, "") if one.why_not else "",
        subject=one.outgoing.subject,
        text=one.outgoing.text,
    )


def in_short(rules: list[ReminderRule]) -> str:
    """Such as "3 days before at 10:00 AM by text and mail; 2 hours before by text"."""
    return "; ".join(_rule_in_short(rule) for rule in rules if rule.active) or "none"


def _rule_in_short(rule: ReminderRule) -> str:
    number = rule.days_before or rule.hours_before or 0
    unit = "day" if rule.days_before else "hour"
    at = f" at {time_in_words(rule.at)}" if rule.at else ""
    by = " and ".join(["text"] * rule.by_text + ["mail"] * rule.by_mail)
    return f"{number} {unit}{'' if number == 1 else 's'} before{at} by {by}"
