"""The words of messages: what they are, trying others on a made-up visit, and using them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from scheduler.accounts.roles import Right
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import LANGUAGES
from scheduler.core.template_words import KINDS, MEANINGS, allowed, required
from scheduler.messaging.models import MessageTemplate
from scheduler.messaging.templates.edit import WordsRefused, edit_template, reset_template
from scheduler.messaging.templates.preview import default_words, preview_words
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time
from scheduler.patients.parsing import NotValid, text

LONGEST = 4000


@require_safe
@staff(Right.EDIT_MESSAGES)
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of message, its parts and languages, and which of them staff have changed."""
    changed = set(MessageTemplate.objects.values_list("kind", "part", "language"))
    parts = dict(MessageTemplate.Part.choices)
    rows = [
        (
            found.title,
            [
                (kind, part, parts[part], language, name, (kind, part, language) in changed)
                for part in found.parts
                for language, name in LANGUAGES
            ],
        )
        for kind, found in KINDS.items()
    ]
    return show_page(request, "staff/messages/templates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.EDIT_MESSAGES)
def edit(request: HttpRequest, kind: str, part: str, language: str) -> HttpResponse:
    """POST `words` uses them; with `preview` it shows what they come out as; with `reset` the
    first words are used again."""
    if kind not in KINDS or part not in KINDS[kind].parts or language not in dict(LANGUAGES):
        raise Http404
    where = (kind, part, language)
    words = request.POST.get("words", "")[:LONGEST]
    if "preview" in request.POST:
        return render(request, "staff/messages/_preview.html", _preview(where, words))
    if "reset" in request.POST:
        reset_template(*where)
        messages.success(request, "The words it came with are used again.")
        return redirect(request.path)
    if request.method == "POST":
        try:
            edit_template(*where, text(words), by=user_of(request), now=timezone.now())
        except (WordsRefused, NotValid):
            return _show(request, where, words, status=422)
        messages.success(request, "Saved: the next message of this kind has these words.")
        return redirect(request.path)
    return _show(request, where, None)


def _show(
    request: HttpRequest, where: tuple[str, str, str], words: str | None, *, status: int = 200
) -> HttpResponse:
    kind, part, language = where
    own = (
        MessageTemplate.objects.filter(kind=kind, part=part, language=language)
        .select_related("updated_by")
        .first()
    )
    first = default_words(*where)
    current = own.words if own else first
    typed = current if words is None else words
    context = {
        "title": KINDS[kind].title,
        "part": MessageTemplate.Part(part).label,
        "language": dict(LANGUAGES)[language],
        "code": language,
        "own": own,
        "own_since": clinic_time(own.updated_at, current_clinic().zone) if own else "",
        "first": first,
        "words": typed,
        "is_body": part == MessageTemplate.Part.BODY,
        "names": [
            (f"{{{name}}}", MEANINGS[name], name in required(kind, part))
            for name in allowed(kind, part)
        ],
        **_preview(where, typed),
    }
    return show_page(request, "staff/messages/template.html", context, status=status)


def _preview(where: tuple[str, str, str], words: str) -> dict[str, object]:
    found = preview_words(*where, words)
    return {
        "text": found.text,
        "length": found.length,
        "segments": found.segments,
        "problems": found.problems,
    }
