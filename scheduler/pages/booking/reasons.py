"""Why somebody comes, in their words, and the type of visit and the condition that this means."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.clinic.models import Condition, VisitType

NEW, RETURNING = "new", "returning"
# How patients put it; other conditions are called by their pages' names.
IN_PATIENTS_WORDS = {
    "post-laminectomy-syndrome": gettext_noop("Pain that stayed or came back after back surgery"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`hint` says what is behind the words; `by_call` that a referral is wanted before a time."""

    value: str
    words: str
    hint: str
    visit_type: str
    condition: str
    by_call: bool


def reasons(been: str, language: str) -> list[Reason]:
    """What can be chosen; empty where nothing can be booked online. The first type is the usual.

    Three queries at most.
    """
    types = list(
        VisitType.objects.filter(
            active=True,
            booking=VisitType.Booking.ONLINE,
            audience__in=[VisitType.Audience.EVERYONE, been],
        )
    )
    usual = next((one for one in types if not one.by_phone), None)
    named = [one for one in types if been == RETURNING or one is not usual]
    found = [_by_type(one, language) for one in named]
    if usual is not None:
        found = (
            [*found, *_by_words(usual, language)]
            if been == RETURNING
            else [
                *_by_words(usual, language),
                *found,
            ]
        )
    return found


def _by_type(one: VisitType, language: str) -> Reason:
    hint = _("%(n)s minutes, by phone") if one.by_phone else _("%(n)s minutes")
    return Reason(
        f"visit-{one.slug}",
        one.name_in(language),
        hint % {"n": one.duration_minutes},
        one.slug,
        "",
        one.referral == VisitType.Referral.REQUIRED,
    )


def _by_words(usual: VisitType, language: str) -> list[Reason]:
    by_call = usual.referral == VisitType.Referral.REQUIRED
    found = []
    for condition in Condition.objects.published().prefetch_related("texts"):
        text = condition.text_in(language)
        if words := IN_PATIENTS_WORDS.get(condition.slug):
            name = _(words)
        elif text:
            name = text.name
        else:
            continue
        value = f"condition-{condition.slug}"
        found.append(Reason(value, name, "", usual.slug, condition.slug, by_call))
    for value, words in (("other", _("Something else")), ("unsure", _("I'm not sure"))):
        found.append(Reason(value, words, "", usual.slug, "", by_call))
    return found
