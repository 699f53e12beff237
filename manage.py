#!/usr/bin/env python
"""Django's command line for the scheduler. Beside a `make run` that is up, it joins that one."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from scheduler.embedded import environment
from scheduler.transactions import timeouts

HINT = "Set it in the environment or in .env (see .env.example), or start `make run` beside this."


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
    environment.join(os.environ)
    timeouts.use(timeouts.COMMAND)
    try:
        # Read before any command is looked for: without settings Django would know a few only, and
        # show where it stumbled instead of what is missing.
        settings.INSTALLED_APPS  # noqa: B018 - reading it is what loads them
    except ImproperlyConfigured as error:
        sys.exit(f"{error} {HINT}")
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
