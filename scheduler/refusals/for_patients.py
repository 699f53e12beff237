"""What patients read on their pages, in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as ngettext

from scheduler.refusals.wording import Wording

_TAKEN = _("That time has just been taken. Please choose another.")
_NOT_OFFERED_NOW = _("What can be booked has changed. Please choose again, or call us.")
_CHANGED = _("Your visit changed in the meantime. This is how it is now.")

PATIENT_WORDS: Mapping[str, Wording] = {
    "slot-taken": _TAKEN,
    "not-offered": _TAKEN,
    "unknown-provider": _TAKEN,
    "unknown-visit-type": _NOT_OFFERED_NOW,
    "unknown-condition": _NOT_OFFERED_NOW,
    "day-held": _(
        "Many people are booking that day right now. Please choose another day, or "
        "try again in a few minutes."
    ),
    "patient-busy": _("The patient has another visit at that time. Please choose another time."),
    "already-booked": _(
        "There is a coming visit of this kind already. You can change it with the link in "
        "its message, or call us."
    ),
    "under-age": _("Visits for people under 18 are booked by phone. Please call us."),
    "phone-needed": _("We call you for this visit, but have no number of yours. Please call us."),
    "awaits-call": _("We already keep a time for this number. We will call you about it."),
    "too-many-requests": _("You have asked us several times already. Please call us instead."),
    "code-limit": _(
        "We can't send more codes for now. Give another number or email address, wait "
        "for an hour, or call us."
    ),
    "no-such-contact": _("We can't send texts at the moment."),
    "code-just-sent": _(
        "We sent a code just now. Please wait half a minute before you ask for another."
    ),
    "wrong-code": {
        "tries-left": ngettext(
            "That is not the code we sent last. You can try %(tries_left)s more time.",
            "That is not the code we sent last. You can try %(tries_left)s more times.",
            "tries_left",
        ),
        "no-tries-left": _("This code can't be used any more. Please ask for a new one below."),
    },
    "stale-version": _CHANGED,
    "wrong-state": _CHANGED,
    "offer-over": _("We no longer keep that new time for you. This is how your visit is now."),
    "visit-over": _("The time of this visit has come. Please call us."),
    "too-late": _("It is too late for that online. Please call us."),
    "too-late-to-undo": _("We could not bring this visit back. Please call us for a new time."),
}
