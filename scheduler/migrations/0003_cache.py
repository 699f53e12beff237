"""The table of Django's database cache, as `createcachetable` would make it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0002_triggers")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE scheduler_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX scheduler_cache_expires ON scheduler_cache (expires);
            """,
            "DROP TABLE scheduler_cache",
        )
    ]
