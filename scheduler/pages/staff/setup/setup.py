"""Set-up: what a manager may want to change, by task, and the people on the staff."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduler.accounts.help_to_sign_in import set_first_password, take_second_step
from scheduler.accounts.manage_staff import add_person, give_role, set_active
from scheduler.accounts.roles import ROLES, Right
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Condition, Provider, Room, VisitType
from scheduler.core.refusal import Refusal
from scheduler.pages.staff.guard import staff
from scheduler.pages.staff.refuse import refuse
from scheduler.pages.staff.setup.people_form import PersonForm
from scheduler.pages.staff.show_page import show_page

# What can be done to somebody, and what is said when it is done.
DEEDS: dict[str, tuple[Callable[[int, str, User], object], str]] = {
    "role": (lambda pk, value, by: give_role(pk, value, by=by), "The role is changed."),
    "deactivate": (
        lambda pk, _value, by: set_active(pk, False, by=by),
        "They are out: their sessions are over.",
    ),
    "activate": (lambda pk, _value, by: set_active(pk, True, by=by), "They may sign in again."),
    "password": (
        lambda pk, value, by: set_first_password(pk, value, by=by),
        "The new password holds. Tell it them in person.",
    ),
    "second-step": (
        lambda pk, _value, by: take_second_step(pk, by=by),
        "The second step is gone: they set it up anew when they next sign in.",
    ),
}


@require_safe
@staff(Right.SET_UP)
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "clinic_row": current_clinic(),
        "providers": Provider.objects.annotate(rules=Count("weekly_hours")).order_by(
            "-active", "call_desk", "name"
        ),
        "rooms": Room.objects.order_by("-active", "name"),
        "visit_types": VisitType.objects.order_by("-active", "position", "slug"),
        "conditions": Condition.objects.prefetch_related("texts").order_by("slug"),
        "people": User.objects.filter(is_active=True).count(),
    }
    return show_page(request, "staff/setup/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Right.SET_UP)
def people(request: HttpRequest) -> HttpResponse:
    """GET lists everybody; POST adds somebody."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        user = add_person(
            typed["username"],
            (typed["first_name"], typed["last_name"]),
            typed["role"],
            typed["password"],
            email=typed["email"],
            provider=typed["provider"].pk if typed["provider"] else None,
        )
        messages.success(request, f"{user.get_full_name()} may sign in as {user.username}.")
        return redirect("staff-people")
    second_step = Authenticator.objects.filter(user=OuterRef("pk"))
    context = {
        "form": form,
        "people": User.objects.annotate(has_second_step=Exists(second_step))
        .prefetch_related("groups")
        .order_by("-is_active", "first_name", "username"),
        "roles": list(ROLES),
    }
    return show_page(
        request, "staff/setup/people.html", context, status=422 if form.errors else 200
    )


@require_POST
@staff(Right.SET_UP)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `deed`, and `value` where it needs one (a role, a password)."""
    get_object_or_404(User, pk=pk)
    deed, said = DEEDS.get(request.POST.get("deed", ""), (None, ""))
    value = request.POST.get("value", "")
    if deed is None or (request.POST.get("deed") == "role" and value not in ROLES):
        return HttpResponse(status=422)
    try:
        deed(pk, value, cast(User, request.user))
    except Refusal as refusal:
        return refuse(request, refusal, "staff-people")
    except ValidationError as weak:
        messages.error(request, " ".join(weak.messages))
    else:
        messages.success(request, said)
    return redirect("staff-people")
