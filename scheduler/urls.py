"""The composition root: every address of the product."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views import debug

from api import health
from api.app import api
from api.webhooks import mail, twilio
from scheduler.pages.errors import not_found

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
debug.technical_404_response = not_found

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("webhooks/twilio/inbound", twilio.inbound, name="twilio-inbound"),
    path("webhooks/twilio/status", twilio.status, name="twilio-status"),
    path("webhooks/mail/<slug:service>", mail.mail_events, name="mail-events"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("staff/", include("scheduler.pages.staff.urls")),
    path("", include("scheduler.pages.urls")),
]

handler403 = "scheduler.pages.errors.not_open"
handler500 = "scheduler.pages.errors.server_error"
