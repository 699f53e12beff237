"""What any test may start from."""

import pytest
from pytest_django import Settings

from scheduler.models import Clinic, Provider
from tests.factories import make_clinic, make_provider


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-combination",
        action="store_true",
        help="run the browser's journeys in every combination, not just so that any two meet",
    )


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A real hash takes a second of every sign-in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clinic(db: None) -> Clinic:
    """The Findlay clinic with its visit types and rooms; nobody works there yet."""
    return make_clinic()


@pytest.fixture
def dana(clinic: Clinic) -> Provider:
    """Dana, who sees new patients, Mondays to Fridays from 9 to 5."""
    return make_provider()
