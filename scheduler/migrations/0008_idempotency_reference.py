from django.db import migrations, models

_REFERENCES = """
    UPDATE scheduler_idempotencykey AS known SET reference = appointment.reference
      FROM scheduler_appointment AS appointment WHERE appointment.id = known.appointment_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('scheduler', '0007_us_spelling'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotencykey',
            name='reference',
            field=models.CharField(default='', max_length=8),
            preserve_default=False,
        ),
        migrations.RunSQL(_REFERENCES, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='idempotencykey',
            name='appointment',
        ),
    ]
