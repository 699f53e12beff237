"""What every list of the admin shares."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from scheduler.core import parsing


class RowsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An action on what is no row's number does nothing. Django itself answers it with a 500."""

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **more: Any
    ) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(parsing.number(one) is None for one in chosen):
            self.message_user(request, "Choose rows of the list.", messages.WARNING)
            return None
        return super().response_action(request, queryset, *args, **more)
