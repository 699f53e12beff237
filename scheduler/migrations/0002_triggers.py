"""The triggers that the tables' first migration declares: what keeps the trail, and keeps it whole.

They stand among the tables' options and not as operations of their own, each of which would have
Django build its picture of all tables anew: for about a hundred of them, most of a first start.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # Roles are rows of a table that Django makes by itself.
    for model in apps.get_app_config("scheduler").get_models(include_auto_created=True):
        for trigger in getattr(model._meta, "triggers", []):
            schema_editor.execute(trigger.install_sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0001_initial")]
    # Dropping the tables takes their triggers along.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
