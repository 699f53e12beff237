"""Visit types whose reminder rules were changed: the reminders of coming visits follow."""

from django.db import models


class RemindersToReplan(models.Model):
    """One row a visit type, gone once all of its visits were seen; `after_id` is the last that
    was."""

    visit_type = models.OneToOneField(
        "scheduler.VisitType", on_delete=models.CASCADE, related_name="+"
    )
    changed_at = models.DateTimeField()
    after_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "reminders to replan"

    def __str__(self) -> str:
        return f"{self.visit_type}"
