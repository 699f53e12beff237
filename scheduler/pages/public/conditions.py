"""The condition information pages."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from scheduler.clinic.models import Condition


@dataclass(frozen=True, slots=True)
class ConditionLink:
    name: str
    url: str


def condition_links(language: str) -> list[ConditionLink]:
    """Every published condition that has words, by name; `url` is our page or the outside one."""
    links = []
    for condition in Condition.objects.published().prefetch_related("texts"):
        if text := condition.text_in(language):
            url = condition.external_url or reverse("condition", args=[condition.slug])
            links.append(ConditionLink(text.name, url))
    return sorted(links, key=lambda link: link.name)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {"conditions": condition_links(get_language() or "en")}
    return render(request, "conditions/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page, a redirect where the condition lives on another site, or 404."""
    published = Condition.objects.published().prefetch_related("texts__sections")
    condition = get_object_or_404(published, slug=slug)
    if condition.external_url:
        return HttpResponseRedirect(condition.external_url)
    text = condition.text_in(get_language() or "en")
    if text is None:
        return render(request, "404.html", status=404)
    return render(request, "conditions/page.html", {"condition": condition, "text": text})
