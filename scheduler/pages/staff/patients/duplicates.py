"""Patients who may be one person: side by side, told apart or merged."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.accounts.roles import Right
from scheduler.audit.viewed import patients_viewed
from scheduler.core import parsing
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.show_page import page_number, show_page
from scheduler.patients.duplicates import alike_of, doubts
from scheduler.patients.merge import NotTwo, VisitsOverlap, merge_patients
from scheduler.patients.models import Patient
from scheduler.patients.tell_apart import compare_again, tell_apart
from scheduler.refusals.catalog import staff_words


@require_safe
@staff(Right.MERGE_PATIENTS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Who is flagged, with those whom they resemble and why, in pages; `apart` is the id of who
    was told apart just now, which can be taken back."""
    page = page_number(request)
    found, more = doubts(page=page)
    for doubt in found:
        patients_viewed([doubt.patient.pk, *(one.patient.pk for one in doubt.alike)])
    given = parsing.number(request.GET.get("apart"))
    apart = None if given is None else _told_apart(given)
    context = {"doubts": found, "apart": apart, "page": page, "more": more}
    return show_page(request, "staff/patients/duplicates.html", context)


def _told_apart(pk: int) -> Patient | None:
    found = Patient.objects.filter(pk=pk, possible_duplicate=False, merged_into=None).first()
    patients_viewed([found.pk] if found else [])
    return found


@require_POST
@staff(Right.MERGE_PATIENTS)
def apart(request: HttpRequest, pk: int) -> HttpResponse:
    """POST says that the patient is somebody of their own; with `undo`, that this was a slip."""
    patients_viewed([pk])
    if "undo" in request.POST:
        compare_again(pk)
        messages.success(request, "Undone: they are a possible duplicate again.")
        return redirect("staff-duplicates")
    tell_apart(pk)
    return redirect(f"{reverse('staff-duplicates')}?apart={pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.MERGE_PATIENTS)
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """GET shows the two side by side; POST `keep` (one of the two ids) merges them."""
    pair = {
        one.pk: one
        for one in Patient.objects.filter(pk__in=[pk, other], merged_into=None).annotate(
            visits=Count("appointment", distinct=True),
            noted=Count("notes", distinct=True),
        )
    }
    if len(pair) != 2:
        raise Http404
    patients_viewed(pair)
    refused: VisitsOverlap | None = None
    if request.method == "POST":
        kept = pk if request.POST.get("keep") == str(pk) else other
        if request.POST.get("keep") not in {str(pk), str(other)}:
            raise Http404
        try:
            merge_patients(kept, other if kept == pk else pk)
        except NotTwo:
            raise Http404 from None
        except VisitsOverlap as refusal:
            refused = refusal
        else:
            messages.success(request, "They are one patient now.")
            return redirect("staff-patient", kept)
    why = dict(alike_of([pk]).get(pk, [])).get(other, [])
    one, two = pair[pk], pair[other]
    context = {
        "pair": [one, two],
        "newer": max(pair.values(), key=lambda patient: (patient.created_at, patient.pk)),
        "phones_differ": one.phone != two.phone,
        "why": why,
        "overlaps": refused.overlaps if refused else [],
        "refused": staff_words(refused) if refused else "",
    }
    status = 409 if refused else 200
    return show_page(request, "staff/patients/merge.html", context, status=status)
