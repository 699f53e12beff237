import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# Roles keep what they were given: the right is the same under its new name.
_RIGHT = """
    UPDATE auth_permission SET codename = 'see_audit_log'
      FROM django_content_type AS owner
     WHERE owner.id = content_type_id AND owner.app_label = 'scheduler' AND codename = 'see_trail';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('scheduler', '0009_demo_rows'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='offer',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='offer',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='offer',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='offerevent',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closedday',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closedday',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closedday',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='closeddayevent',
            name='append_only',
        ),
        migrations.RenameModel(
            old_name='ClosedDay',
            new_name='EmergencyClosure',
        ),
        migrations.RenameModel(
            old_name='ClosedDayEvent',
            new_name='EmergencyClosureEvent',
        ),
        migrations.RenameModel(
            old_name='Offer',
            new_name='RescheduleOffer',
        ),
        migrations.RenameModel(
            old_name='OfferEvent',
            new_name='RescheduleOfferEvent',
        ),
        migrations.RenameModel(
            old_name='Asked',
            new_name='RateLimitEvent',
        ),
        migrations.RenameField(
            model_name='rescheduleoffer',
            old_name='closed_day',
            new_name='emergency_closure',
        ),
        migrations.RenameField(
            model_name='rescheduleofferevent',
            old_name='closed_day',
            new_name='emergency_closure',
        ),
        migrations.RenameIndex(
            model_name='ratelimitevent',
            old_name='asked_contact',
            new_name='rate_limit_event_contact',
        ),
        migrations.RenameIndex(
            model_name='ratelimitevent',
            old_name='asked_network',
            new_name='rate_limit_event_network',
        ),
        migrations.AlterModelOptions(
            name='ratelimitevent',
            options={},
        ),
        migrations.AlterModelOptions(
            name='accessevent',
            options={'default_permissions': (), 'permissions': [('see_calendar', "See everybody's calendar and day"), ('see_own_day', "See one's own day"), ('book_visits', 'Book, move, cancel and check in'), ('see_patients', 'See every patient'), ('work_queue', 'Call and answer people'), ('see_messages', 'See and answer messages'), ('edit_messages', 'Word messages, and pause them'), ('close_hours', 'Take time off and close days'), ('set_up', 'Set up hours, visit types and people'), ('see_numbers', 'See the numbers'), ('see_audit_log', 'See who did and saw what'), ('merge_patients', 'Merge and export patients')]},
        ),
        migrations.RunSQL(_RIGHT, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencyclosure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduler_emergencyclosureevent" ("created_at", "created_by_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "sent_by_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."sent_at", NEW."sent_by_id"); RETURN NULL;', hash='907588453c43e40c21587752ca40ffc32ba37a5f', operation='INSERT', pgid='pgtrigger_insert_insert_16a9d', table='scheduler_emergencyclosure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencyclosure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduler_emergencyclosureevent" ("created_at", "created_by_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "sent_by_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."sent_at", NEW."sent_by_id"); RETURN NULL;', hash='2f51804d35b9d774497cb2e1bc0db458eb4633d5', operation='UPDATE', pgid='pgtrigger_update_update_8a8da', table='scheduler_emergencyclosure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencyclosure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduler_emergencyclosureevent" ("created_at", "created_by_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "sent_by_id") VALUES (OLD."created_at", OLD."created_by_id", OLD."day", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."sent_at", OLD."sent_by_id"); RETURN NULL;', hash='6fe3acaa367ea803aeec29d4561422d44d3d238d', operation='DELETE', pgid='pgtrigger_delete_delete_07353', table='scheduler_emergencyclosure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emergencyclosureevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6985853b4109004f247bde00015a9e0f0b927668', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_647ba', table='scheduler_emergencyclosureevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescheduleoffer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduler_rescheduleofferevent" ("answered_at", "appointment_id", "created_at", "emergency_closure_id", "expires_at", "held_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."answered_at", NEW."appointment_id", NEW."created_at", NEW."emergency_closure_id", NEW."expires_at", NEW."held_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status"); RETURN NULL;', hash='885244b6452c1d7ab9f9aa79babaf977a180a4be', operation='INSERT', pgid='pgtrigger_insert_insert_03a6f', table='scheduler_rescheduleoffer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescheduleoffer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduler_rescheduleofferevent" ("answered_at", "appointment_id", "created_at", "emergency_closure_id", "expires_at", "held_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."answered_at", NEW."appointment_id", NEW."created_at", NEW."emergency_closure_id", NEW."expires_at", NEW."held_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status"); RETURN NULL;', hash='ed53409fd86e933e405c6dc89c32da7853b837d1', operation='UPDATE', pgid='pgtrigger_update_update_7792a', table='scheduler_rescheduleoffer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescheduleoffer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduler_rescheduleofferevent" ("answered_at", "appointment_id", "created_at", "emergency_closure_id", "expires_at", "held_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (OLD."answered_at", OLD."appointment_id", OLD."created_at", OLD."emergency_closure_id", OLD."expires_at", OLD."held_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."status"); RETURN NULL;', hash='b6a7f208a95dc7475e6b253d3e05acac8cef7a23', operation='DELETE', pgid='pgtrigger_delete_delete_45ccf', table='scheduler_rescheduleoffer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescheduleofferevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='79a1b0c2acc59700b27a28a0ed69f41580e2967d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b7426', table='scheduler_rescheduleofferevent', when='BEFORE')),
        ),
    ]
