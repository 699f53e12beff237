"""What any test may start from."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from scheduler.models import Clinic, Provider
from tests import template
from tests.emptying import instead_of_flushing
from tests.factories import make_clinic, make_provider

# Beside `make run`, whose starts are timed, run tests that leave it the other processor.
SLOW = ("house/test_run", "tests/api/", "fuzz", "house/", "faults", "browser", "journeys")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-combination",
        action="store_true",
        help="run the browser's journeys in every combination, not just so that any two meet",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: next((n for n, part in enumerate(SLOW) if part in item.nodeid), 9))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Takes the place of pytest-django's: a copy of the run's template instead of migrations."""
    with template.database() as name, django_db_blocker.unblock():
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        with django_db_blocker.block():
            yield
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", instead_of_flushing)
        yield


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
