"""Showing a form, empty or with its mistakes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page with `context["form"]` on it: 422 where it holds mistakes, on every page alike."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
