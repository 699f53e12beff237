"""Indexes of the trail, which is read by time and by person."""

from django.db import migrations

# Rows of the trail are only added, in the order of their times: the smallest of indexes serves.
_TRAIL_BY_TIME = """
    DO $$ DECLARE found text; BEGIN
        FOR found IN
            SELECT table_name FROM information_schema.columns
             WHERE table_schema = current_schema AND column_name = 'pgh_created_at'
               AND table_name LIKE 'scheduler\\_%event'
        LOOP
            EXECUTE format(
                'CREATE INDEX IF NOT EXISTS %I ON %I USING brin (pgh_created_at)', found || '_at', found
            );
        END LOOP;
    END $$;
    CREATE INDEX IF NOT EXISTS scheduler_trail_by_user
              ON pghistory_context ((metadata ->> 'user'), created_at);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("scheduler", "0003_cache"),
    ]
    operations = [migrations.RunSQL(_TRAIL_BY_TIME, migrations.RunSQL.noop)]
