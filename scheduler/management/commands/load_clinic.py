"""`manage.py load_clinic [--demo]`: seed the clinic once, and people to try it with."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduler.actions.load_call_desk import load_call_desk
from scheduler.actions.load_clinic import load_clinic
from scheduler.actions.load_roles import load_roles
from scheduler.demo.load import load_demo
from scheduler.models import Provider

SIGN_IN = "demo"
OUTBOX = {"outbox", "off"}


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
        if load_demo(now=timezone.now()):
            seconds = monotonic() - begun
            self.stdout.write(f"A made-up clinic is loaded, in {seconds:.1f} s.")


def _make_sign_in(file: Path) -> None:
    """A superuser with a random password, kept beside the data for its owner's eyes only."""
    users = get_user_model().objects
    if file.exists() and users.filter(username=SIGN_IN).exists():
        return
    password = secrets.token_urlsafe(12)
    user, _ = users.get_or_create(
        username=SIGN_IN, defaults={"is_staff": True, "is_superuser": True}
    )
    user.set_password(password)
    user.save()
    # So that the clinician's own day has something to show.
    own = Provider.objects.filter(demo=True, user=None).first()
    if own is not None and not Provider.objects.filter(user=user).exists():
        own.user = user
        own.save(update_fields=["user"])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(f"{SIGN_IN} {password}\n")
