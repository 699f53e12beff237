"""Who looked at which patients: one row for each request of staff that shows any."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class AccessEvent(models.Model):
    """Never changed and never deleted; the database sees to that.

    `route` is the pattern of the address, such as `staff/patients/<int:pk>/`, never the address.
    A look at the audit log names what was asked of it and not whom its rows are about: else each
    look would name everybody that the looks before it named.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    patients = ArrayField(models.BigIntegerField())
    asked = models.JSONField(
        default=dict, blank=True, help_text="Of a look at the trail itself: what was asked of it."
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"], name="access_by_user"),
            models.Index(fields=["-at"], name="access_at"),
            GinIndex(fields=["patients"], name="access_to_patient"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        # What the roles are made of; see queries/access.py.
        default_permissions = ()
        permissions = [
            ("see_calendar", "See everybody's calendar and day"),
            ("see_own_day", "See one's own day"),
            ("book_visits", "Book, move, cancel and check in"),
            ("see_patients", "See every patient"),
            ("work_queue", "Call and answer people"),
            ("see_messages", "See and answer messages"),
            ("edit_messages", "Word messages, and pause them"),
            ("close_hours", "Take time off and close days"),
            ("set_up", "Set up hours, visit types and people"),
            ("see_numbers", "See the numbers"),
            ("see_audit_log", "See who did and saw what"),
            ("merge_patients", "Merge and export patients"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.at:%Y-%m-%d %H:%M}"
