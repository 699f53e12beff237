"""The order of the questions, and the door of each page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from scheduler.pages.booking.draft import Draft, finished, load
from scheduler.pages.link_guard import keep_answers

START, WHY, TIME, YOU, CHECK, CODE = (
    "book",
    "book-why",
    "book-time",
    "book-you",
    "book-check",
    "book-code",
)
DONE = "book-done"
STEPS = {
    START: gettext_noop("New or returning"),
    WHY: gettext_noop("Why you come"),
    TIME: gettext_noop("Day and time"),
    YOU: gettext_noop("Who is coming"),
    CHECK: gettext_noop("Check"),
    CODE: gettext_noop("Code"),
}
NAMES = list(STEPS)

StepView = Callable[[HttpRequest, Draft, datetime], HttpResponse]
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a page stands among the others; `marks` are true for those reached."""

    number: int
    count: int
    name: str
    marks: list[bool]
    back: str


def step_of(name: str) -> Step:
    number = NAMES.index(name) + 1
    back = reverse(NAMES[number - 2]) if number > 1 else reverse("home")
    marks = [at < number for at in range(len(NAMES))]
    return Step(number, len(NAMES), _(STEPS[name]), marks, back)


def first_open(draft: Draft) -> str:
    """The first question without an answer; the page to check them all where there is none."""
    if not draft.been:
        return START
    if not draft.visit_type:
        return WHY
    if not draft.start:
        return TIME
    if not (draft.name and draft.date_of_birth and (draft.phone or draft.email)):
        return YOU
    return CHECK


def go(name: str) -> HttpResponse:
    """To a page of the booking, after a form or from a page that comes too early."""
    response = HttpResponseRedirect(reverse(name))
    response.status_code = 303
    return response


def step(name: str) -> Callable[[StepView], View]:
    """Calls `view(request, draft, now)` where the questions before this one are answered.

    Else it leads to the first open one; or to the visit, where another tab has finished.
    """

    def decorate(view: StepView) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            now = timezone.now()
            draft = load(request, now=now)
            missing = first_open(draft)
            if NAMES.index(missing) < min(NAMES.index(name), NAMES.index(CHECK)):
                done = not draft.been and finished(request, now=now) is not None
                return keep_answers(go(DONE if done else missing))
            return keep_answers(view(request, draft, now))

        return guarded

    return decorate
