"""Django as a WSGI application; scheduler/server/rsgi.py hands it whole requests."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")

application = get_wsgi_application()
# Django would load the addresses, and all that stands behind them, while the first visitor waits.
import_module(settings.ROOT_URLCONF)
