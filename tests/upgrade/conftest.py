from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.upgrade import upgraded


@pytest.fixture(scope="package")
def database_of_before(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The dump, migrated; what a test does to it is rolled back."""
    with django_db_blocker.unblock(), upgraded.upgraded():
        yield
