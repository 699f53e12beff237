"""What of the rows is made up, so that all of it can be taken away again."""

from django.db import models


class DemoRow(models.Model):
    """A made-up row that hangs on no other made-up one: its table and its id.

    A migration that gives a table another name does so here, too (see 0011).

    What belongs to one (a patient's visits, their messages) needs no note of its own.
    """

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="demo_row_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
