from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"
    verbose_name = "Clinic scheduler"
    default_auto_field = "django.db.models.BigAutoField"
