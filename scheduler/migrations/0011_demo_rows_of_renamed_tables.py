"""The notes of what is made up name tables: those of a table that was renamed follow it."""

from django.db import migrations

_FOLLOW = """
    UPDATE scheduler_demorow SET "table" = 'scheduler_emergencyclosure'
     WHERE "table" = 'scheduler_closedday'
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0010_vocabulary")]
    operations = [migrations.RunSQL(_FOLLOW, migrations.RunSQL.noop)]
