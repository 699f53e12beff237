"""The pages' language, and choosing it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


def page_language() -> str:
    """ "en" or "es", the language that this request is answered in."""
    return (get_language() or "en")[:2]


def chosen_language(request: HttpRequest) -> str | None:
    """ "en" or "es" where the visitor chose it on our pages, whatever the browser prefers."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else None


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """The cookie that `choose` sets, where another form chooses; no language sets none."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


# Exempt, because pages with a booking send no referrer, and browsers then send `Origin: null`,
# which Django's check refuses. All another site could do here is to choose a language.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """POST `language` and `next` (a path here): sets the language cookie and goes back."""
    return set_language(request)
