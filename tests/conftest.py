"""What any test may start from."""

from collections.abc import Iterator
from itertools import count

import pytest
from django.conf import settings
from django.db import connection
from django.template.base import Template
from django.test import TransactionTestCase
from django.test.utils import _TestState
from pytest_django import DjangoDbBlocker

from scheduler.clinic.models import Clinic, Provider
from tests import template
from tests.emptying import instead_of_flushing, vacuum
from tests.factories import make_clinic, make_provider

TESTS_A_VACUUM = 200
_ended = count(1)


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


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    # After the last test the database is gone.
    if next(_ended) % TESTS_A_VACUUM == 0 and nextitem is not None:
        vacuum()


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", instead_of_flushing)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords_and_pages(django_test_environment: None) -> Iterator[None]:
    """A real hash takes a second of every sign-in; to keep each template's context for a test that
    looks at it takes a tenth of every page, and ours look at the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PASSWORD_HASHERS", [template.QUICK_HASHER])
        kept = _TestState.saved_data.template_render  # type: ignore[attr-defined]
        patch.setattr(Template, "_render", kept)
        yield


@pytest.fixture
def clinic(db: None) -> Clinic:
    """The Findlay clinic with its visit types and rooms; nobody works there yet."""
    return make_clinic()


@pytest.fixture
def dana(clinic: Clinic) -> Provider:
    """Dana, who sees new patients, Mondays to Fridays from 9 to 5."""
    return make_provider()
