"""A refusal on patients' pages: an error on the field that is to be put right, or a note."""

from dataclasses import dataclass

from django.forms import Form

from scheduler.core.refusal import Refusal
from scheduler.refusals.catalog import patient_words, patient_words_of_code

# These are no trouble: the page behind the note shows all there is to know.
_NO_TROUBLE = {"stale-version", "wrong-state", "code-just-sent"}


@dataclass(frozen=True, slots=True)
class Note:
    """`kind` is a kind of USWDS alert: success, warning or info."""

    kind: str
    words: str


def add_refusal(form: Form, refusal: Refusal, *, otherwise: str | None = None) -> None:
    """An error on its field; on `otherwise`, or over them all, where the form has no such field."""
    field = refusal.field.rpartition(".")[2]
    form.add_error(field if field in form.fields else otherwise, patient_words(refusal))


def note_of_refusal(code: str) -> Note | None:
    """What a page says of a refusal on the page before; nothing for a code that it can't know."""
    words = patient_words_of_code(code)
    return Note("info" if code in _NO_TROUBLE else "warning", words) if words else None
