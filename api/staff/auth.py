"""Who may call the staff's part of the API: a signed-in session with a right, never a token."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import SessionAuth

from scheduler.accounts.access import may
from scheduler.accounts.roles import Right


class StaffAuth(SessionAuth):
    """A session whose user has one of the rights. SessionAuth checks CSRF; 401 signed out, 403
    without the right."""

    def __init__(self, *rights: Right) -> None:
        self.rights = rights
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is None:
            return None
        if not any(may(user, right) for right in self.rights):
            raise HttpError(403, "Your role doesn't allow that.")
        return user
