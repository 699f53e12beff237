"""`python -m tests.filling demo|lived_in`: fill the database that DATABASE_URL names."""

import os
import sys
from io import StringIO

import django
import time_machine
from django.core.management import call_command


def main(kind: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if kind == "lived_in":
        _live_in()
    else:
        _make_small_clinic()


def _live_in() -> None:
    from scheduler.demo.load import load_demo
    from tests.template import LIVED_IN_AT

    with time_machine.travel(LIVED_IN_AT, tick=False):
        call_command("load_clinic", stdout=StringIO())
        load_demo(now=LIVED_IN_AT)


def _make_small_clinic() -> None:
    from django.utils import timezone

    from tests.small_clinic import load_providers
    from tests.small_day import load_day

    call_command("load_clinic", stdout=StringIO())
    load_providers(now=timezone.now())
    load_day(now=timezone.now())


if __name__ == "__main__":
    main(sys.argv[1])
