from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"
    verbose_name = "Clinic scheduler"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from scheduler.transactions.timeouts import set_up

        connection_created.connect(set_up, dispatch_uid="scheduler")
