"""What a page says about what just happened; its name, or a refusal's code, waits in the draft."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.pages.refusals import Note, note_of_refusal

# Name: kind of USWDS alert, words.
_WORDS = {
    "elsewhere": (
        "warning",
        gettext_noop("Your answers changed in another window. Please look again."),
    ),
    "sent": ("success", gettext_noop("We sent you a new code. Please use the newest one.")),
}


def notice_of(name: str) -> Note | None:
    if name not in _WORDS:
        return note_of_refusal(name)
    kind, words = _WORDS[name]
    return Note(kind, _(words))


def notice_on_the_way_back(name: str) -> Note | None:
    """The same over an earlier question, to which a refusal leads back."""
    notice = notice_of(name)
    return notice and Note(notice.kind, f"{notice.words} {_('Your answers are kept.')}")
