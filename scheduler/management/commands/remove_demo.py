"""`manage.py remove_demo`: take the made-up clinic away, all of it and nothing else."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from scheduler.demo.remove import remove_demo


class Command(BaseCommand):
    help = "Take away the made-up providers, patients and staff, and whatever belongs to them."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = remove_demo()
        (settings.DATA_DIR / "demo-sign-in.txt").unlink(missing_ok=True)
        if not gone:
            self.stdout.write("There is no made-up clinic here.")
            return
        self.stdout.write(f"The made-up clinic is gone: {sum(gone.values())} rows.")
