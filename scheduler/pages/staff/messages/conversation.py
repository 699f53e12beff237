"""The texts with a patient, or with a number that nobody has, and answering them."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scheduler.accounts.access import may, visible_patients
from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.clinic.current import current_clinic
from scheduler.core import gsm7
from scheduler.frontdesk.message_list import TASKS, people_by_number
from scheduler.messaging.address_status import address_status
from scheduler.messaging.models import Channel
from scheduler.pages.fields import PlainField
from scheduler.pages.staff.guard import staff, user_of
from scheduler.pages.staff.messages.words import STATES, text_of, title_of, why
from scheduler.pages.staff.show_page import show_page
from scheduler.pages.staff.time_words import clinic_time
from scheduler.patients.models import Patient
from scheduler.refusals.catalog import staff_words
from scheduler.replies.conversation import Said, conversation, numbers_of
from scheduler.replies.models import InboundText
from scheduler.replies.reply_by_staff import (
    MayNotText,
    ReplyRefused,
    as_it_leaves,
    language_of,
    problems_of,
    reply_by_staff,
)
from scheduler.worklist.models import StaffTask
from tasks.nudge import nudge


class ReplyForm(forms.Form):
    words = PlainField(max_length=600, error_messages={"required": "Write something."})


@dataclass(frozen=True, slots=True)
class Line:
    """One text as it is shown; `badge` is a class."""

    ours: bool
    at: str
    words: str
    what: str
    state: str
    badge: str
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SEE_MESSAGES)
def with_patient(request: HttpRequest, pk: int) -> HttpResponse:
    """All numbers of the patient; POST `number`, `words` texts one of them."""
    patient = get_object_or_404(visible_patients(request.user), pk=pk)
    return _conversation(request, numbers_of(patient), patient)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SEE_MESSAGES)
def with_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The number that a text came from, whoever has it; POST `words` answers."""
    return _conversation(request, [get_object_or_404(InboundText, pk=pk).from_number], None)


def _conversation(
    request: HttpRequest, numbers: list[str], patient: Patient | None
) -> HttpResponse:
    number = request.POST.get("number") or request.GET.get("number") or next(iter(numbers), "")
    if number not in numbers and (number or request.method == "POST"):
        raise Http404
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if "preview" in request.POST:
        return _preview(request, number)
    if request.method == "POST" and form.is_valid():
        try:
            reply_by_staff(
                number, form.cleaned_data["words"], by=user_of(request), now=timezone.now()
            )
        except ReplyRefused as refused:
            for problem in refused.problems:
                form.add_error("words", problem.words)
        except MayNotText as refusal:
            form.add_error(None, staff_words(refusal))
        else:
            nudge()
            messages.success(request, "Your text is on its way.")
            return redirect(request.path)
    return _show(request, form, numbers, number, patient)


def _show(
    request: HttpRequest,
    form: ReplyForm,
    numbers: list[str],
    number: str,
    patient: Patient | None,
) -> HttpResponse:
    tz = current_clinic().zone
    people = people_by_number(numbers)
    patients_viewed(one.pk for found in people.values() for one in found)
    patients_viewed([patient.pk if patient else None])
    waiting = StaffTask.objects.filter(
        done_at=None, kind__in=TASKS, inbound__from_number__in=numbers
    ).select_related("inbound")
    context = {
        "form": form,
        "patient": patient,
        "may_see_patients": may(request.user, Right.SEE_PATIENTS),
        "numbers": numbers,
        "number": number,
        "people": people.get(number, []),
        "standing": address_status(Channel.SMS, number) if number else None,
        "lines": [_line(said, clinic_time(said.at, tz)) for said in conversation(numbers)],
        "waiting": list(waiting.order_by("created_at")),
    }
    status = 422 if form.is_bound else 200
    return show_page(request, "staff/messages/conversation.html", context, status=status)


def _preview(request: HttpRequest, number: str) -> HttpResponse:
    """The text as it would leave, how long it is, and what speaks against it."""
    words, language = request.POST.get("words", "")[:600], language_of(number)
    text = as_it_leaves(words.strip(), language)
    context = {
        "text": text,
        "length": gsm7.length(text),
        "segments": gsm7.segments(text),
        "problems": problems_of(words, language) if words.strip() else [],
    }
    return render(request, "staff/messages/_preview.html", context)


def _line(said: Said, at: str) -> Line:
    if said.inbound is not None:
        return Line(False, at, said.inbound.body, "", "", "", "")
    message = said.message
    if message is None:
        raise ValueError("somebody said it")
    state, badge = STATES[message.status]
    text = text_of(message)
    title = title_of(message.kind)
    return Line(True, at, text, title, state, badge, why(message.reason, message.error_code))
