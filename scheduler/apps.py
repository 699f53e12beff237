from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class SchedulerConfig(AppConfig):
    name = "scheduler"
    verbose_name = "Clinic scheduler"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from scheduler.transactions.instants import read_quickly
        from scheduler.transactions.timeouts import set_up

        connection_created.connect(set_up, dispatch_uid="scheduler")
        connection_created.connect(read_quickly, dispatch_uid="scheduler.instants")
        register(catalogs_are_compiled)


def catalogs_are_compiled(**_: Any) -> list[CheckMessage]:
    """Without its compiled catalog a language is English, on pages and in messages alike."""
    return [
        Error(f"The catalog of {name} is not compiled.", hint="make install compiles it.")
        for folder in settings.LOCALE_PATHS
        for language, name in settings.LANGUAGES
        if language != settings.LANGUAGE_CODE
        if not (Path(folder) / language / "LC_MESSAGES" / "django.mo").exists()
    ]
