"""`python -m tests.filling small_clinic|demo`: fill the database that DATABASE_URL names."""

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
    if kind == "demo":
        _load_demo()
    else:
        _make_small_clinic()


def _load_demo() -> None:
    from scheduler.demo.load import load_demo
    from tests.template import DEMO_AT

    with time_machine.travel(DEMO_AT, tick=False):
        call_command("load_clinic", stdout=StringIO())
        load_demo(now=DEMO_AT)


def _make_small_clinic() -> None:
    from django.utils import timezone

    from tests.small_clinic import load_providers
    from tests.small_day import load_day

    call_command("load_clinic", stdout=StringIO())
    load_providers(now=timezone.now())
    load_day(now=timezone.now())


if __name__ == "__main__":
    main(sys.argv[1])
