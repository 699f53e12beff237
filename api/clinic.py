"""What a booking page needs to know of the clinic."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from api.fields import Slug
from api.problems import problem
from api.schemas import ClinicOut, ConditionOut, Problem, ProviderOut, VisitTypeOut
from scheduler.clinic.conditions import condition_url
from scheduler.clinic.current import current_clinic
from scheduler.clinic.models import Condition, Provider, VisitType

router = Router(tags=["clinic"])


@router.get("clinic", response={200: ClinicOut, 422: Problem}, summary="The clinic")
def clinic(request: HttpRequest) -> dict[str, Any]:
    found = current_clinic("default_condition")
    return {
        "name": found.name,
        "address": found.address,
        "phone": str(found.phone),
        "email": found.email,
        "time_zone": found.time_zone,
        "condition": found.default_condition.slug if found.default_condition else None,
    }


@router.get(
    "visit-types",
    response={200: list[VisitTypeOut], 422: Problem},
    summary="What can be booked online",
)
def visit_types(request: HttpRequest) -> list[dict[str, Any]]:
    online = VisitType.objects.filter(active=True, booking=VisitType.Booking.ONLINE)
    return [
        {
            "slug": one.slug,
            "name": one.name,
            "name_es": one.name_es,
            "minutes": one.duration_minutes,
            "by_phone": one.by_phone,
            "audience": one.audience,
            "referral": one.referral,
            "horizon_days": one.horizon_days,
            "arrive_early_minutes": one.arrive_early_minutes,
            "instructions": one.instructions,
            "instructions_es": one.instructions_es,
            "providers": [provider.slug for provider in one.providers.all()],
        }
        for one in online.prefetch_related(
            Prefetch("providers", Provider.objects.filter(active=True))
        )
    ]


@router.get(
    "providers", response={200: list[ProviderOut], 422: Problem}, summary="Who sees patients"
)
def providers(request: HttpRequest) -> list[dict[str, Any]]:
    online = VisitType.objects.filter(active=True, booking=VisitType.Booking.ONLINE)
    active = Provider.objects.filter(active=True, call_desk=False)
    return [
        {
            "slug": one.slug,
            "name": str(one),
            "visit_types": [visit_type.slug for visit_type in one.visit_types.all()],
        }
        for one in active.prefetch_related(Prefetch("visit_types", online))
    ]


@router.get(
    "conditions/{slug}",
    response={200: ConditionOut, 404: Problem, 422: Problem},
    summary="A condition and its information page",
)
def condition(request: HttpRequest, slug: Path[Slug]) -> dict[str, Any] | HttpResponse:
    found = (
        Condition.objects.filter(slug=slug, published=True)
        .prefetch_related("texts__sections")
        .first()
    )
    if found is None:
        return problem(404, errors=[("slug", "Use the slug of a published condition.")])
    return {
        "slug": found.slug,
        "url": condition_url(found),
        "texts": [
            {
                "language": text.language,
                "name": text.name,
                "other_names": text.other_names,
                "summary": text.summary,
                "sections": [
                    {"heading": section.heading, "body": section.body}
                    for section in text.sections.all()
                ],
            }
            for text in found.texts.all()
        ],
    }
