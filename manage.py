#!/usr/bin/env python
"""Django's command line for the scheduler. Beside a `make run` that is up, it joins that one."""

import os
import sys

from django.core.management import execute_from_command_line

from scheduler.actions import connect
from scheduler.embedded import environment

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
    environment.join(os.environ)
    connect.use(connect.COMMAND)
    execute_from_command_line(sys.argv)
