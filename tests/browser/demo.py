"""The whole demo under a test's own server: a Tuesday morning, whenever the tests run."""

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from django.conf import settings
from django.db import connection

from tests import template
from tests.template import DEMO_AT


@contextmanager
def with_the_demo() -> Iterator[None]:
    """This process, and the server in it, work on a copy of the demo while the block lasts."""
    before = connection.settings_dict["NAME"]
    with template.database("demo") as name, time_machine.travel(DEMO_AT, tick=True):
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
