"""Browsers of each role, at a clinic where Dana sees new and returning patients."""

import pytest
from django.test import Client

from scheduler.accounts.roles import DESK, MANAGER
from scheduler.clinic.models import Provider, VisitType
from tests.staff import make_clinician, make_user, signed_in


@pytest.fixture
def staffed(dana: Provider) -> Provider:
    """Dana, who also sees returning patients."""
    dana.visit_types.add(VisitType.objects.get(slug="follow-up"))
    return dana


@pytest.fixture
def desk(staffed: Provider) -> Client:
    return signed_in(make_user(DESK))


@pytest.fixture
def manager(staffed: Provider) -> Client:
    return signed_in(make_user(MANAGER))


@pytest.fixture
def clinician(staffed: Provider) -> Client:
    """Dana herself."""
    return signed_in(make_clinician(staffed))
