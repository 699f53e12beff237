"""What the clinic does, where and when; and the two pages that texts' small print points to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from scheduler.clinic.current import clinic_if_loaded
from scheduler.clinic.reading_hours import reading_hours
from scheduler.pages.language import page_language
from scheduler.pages.public.conditions import condition_links
from scheduler.pages.public.opening_lines import opening_lines


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    clinic = clinic_if_loaded()
    today = timezone.localdate(timezone=clinic.zone if clinic else None)
    context = {"hours": opening_lines(today), "conditions": condition_links(get_language() or "en")}
    return render(request, "public/home.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@require_safe
def texting_terms(request: HttpRequest) -> HttpResponse:
    clinic = clinic_if_loaded()
    hours = reading_hours(clinic, page_language()) if clinic else ""
    return render(request, "public/texting_terms.html", {"read_hours": hours})
