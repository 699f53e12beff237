"""Texts that may have left are looked up: those of the last days too, that staff were asked about."""

from django.db import migrations, models

_LOOK_UP = """
    UPDATE scheduler_message SET look_up_at = settled_at
     WHERE status = 'uncertain' AND channel = 'sms' AND sending_at IS NOT NULL
       AND settled_at > now() - interval '3 days'
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0014_reminders_by_way_and_consents")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="look_up_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Of a doubtful text: when the carrier's list is asked about it (again).",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("look_up_at__isnull", False)),
                fields=["look_up_at"],
                name="message_to_look_up",
            ),
        ),
        migrations.RunSQL(_LOOK_UP, migrations.RunSQL.noop),
    ]
