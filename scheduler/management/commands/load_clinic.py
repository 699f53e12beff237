"""`manage.py load_clinic [--demo]`: seed the clinic once, and people to try it with."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduler.accounts.load_roles import load_roles
from scheduler.clinic.current import current_clinic
from scheduler.clinic.load_call_desk import load_call_desk
from scheduler.clinic.load_clinic import load_clinic
from scheduler.clinic.models import Provider
from scheduler.demo.bring_up_to_date import Outcome, bring_up_to_date
from scheduler.demo.models import DemoRow

SIGN_IN = "demo"
OUTBOX = {"outbox", "off"}
SAID = {
    Outcome.LOADED: "A made-up clinic is loaded, in {seconds:.1f} s.",
    Outcome.RENEWED: "The made-up clinic is brought up to today, in {seconds:.1f} s.",
    Outcome.OF_TODAY: "The made-up clinic is of today.",
    Outcome.CHANGED: "The made-up clinic is of another day. It stays as it is: it was worked with. "
    "`manage.py remove_demo` takes it away, and the next start loads it anew.",
    Outcome.REFUSED: "No made-up patients: there are providers here already.",
}


class Command(BaseCommand):
    help = "Seed the clinic's row, its condition pages and visit types; what is there stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="also made-up providers, patients and a sign-in"
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        clinic = load_clinic(settings.CLINIC, now=timezone.now())
        load_call_desk()
        load_roles()
        self.stdout.write(f"{clinic.name} is loaded.")
        if demo:
            if not settings.LOCAL:
                raise CommandError("--demo needs DEBUG=on or a PUBLIC_URL on the loopback address.")
            self._load_demo()
            _make_sign_in(settings.DATA_DIR / "demo-sign-in.txt")

    def _load_demo(self) -> None:
        if not {settings.SMS_TRANSPORT, settings.EMAIL_TRANSPORT} <= OUTBOX:
            self.stdout.write("No made-up patients: their messages would really be sent.")
            return
        begun = monotonic()
        outcome = bring_up_to_date(now=timezone.now(), keep=(SIGN_IN,))
        self.stdout.write(SAID[outcome].format(seconds=monotonic() - begun))


def _make_sign_in(file: Path) -> None:
    """A superuser with a random password, kept beside the data for its owner's eyes only."""
    user, created = User.objects.get_or_create(
        username=SIGN_IN, defaults={"is_staff": True, "is_superuser": True}
    )
    if _is_made_up():
        DemoRow.objects.get_or_create(table=User._meta.db_table, row=user.pk)
        _give_a_day(user)
    if file.exists() and not created:
        return
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(f"{SIGN_IN} {password}\n")


def _is_made_up() -> bool:
    return current_clinic().demo_loaded_at is not None


def _give_a_day(user: User) -> None:
    """So that the clinician's own day has something to show."""
    own = Provider.objects.filter(demo=True, user=None).first()
    if own is not None and not Provider.objects.filter(user=user).exists():
        own.user = user
        own.save(update_fields=["user"])
