"""What roles allow is what Django makes of them, for one statement instead of two."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.accounts.access import may
from scheduler.accounts.role_backend import RoleBackend
from scheduler.accounts.roles import ROLES, Right
from tests.staff import make_user

pytestmark = pytest.mark.django_db
OURS = RoleBackend()


def again(user: User) -> User:
    """The same as another request finds them, who knows nothing yet."""
    found = get_user_model().objects.get(pk=user.pk)
    assert isinstance(found, User)
    return found


@pytest.mark.parametrize("role", [*ROLES, None])
class TestSomebodyWithARole:
    def test_may_do_what_django_says(self, role: str | None) -> None:
        user = make_user(role)
        user.user_permissions.add(Permission.objects.get(codename="add_session"))
        allowed = OURS.get_all_permissions(again(user))
        assert allowed == ModelBackend().get_all_permissions(again(user))
        assert "sessions.add_session" in allowed
        mine = ROLES[role] if role else frozenset()
        assert {right for right in Right if may(again(user), right)} == mine

    def test_costs_one_statement_however_often_it_is_asked(self, role: str | None) -> None:
        user = again(make_user(role))
        with CaptureQueriesContext(connection) as queries:
            for right in Right:
                may(user, right)
            user.get_all_permissions()
            user.has_module_perms("scheduler")
        assert len(queries) == 1

    def test_may_do_nothing_once_deactivated(self, role: str | None) -> None:
        user = make_user(role)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert OURS.get_all_permissions(again(user)) == set()
        assert not any(may(again(user), right) for right in Right)

    def test_owns_no_row_for_it(self, role: str | None) -> None:
        user = make_user(role)
        assert OURS.get_all_permissions(again(user), user) == set()


def test_a_superuser_may_do_everything() -> None:
    user = make_user(None)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert all(may(again(user), right) for right in Right)
    assert again(user).get_all_permissions() >= {f"scheduler.{right}" for right in Right}


def test_nobody_may_do_nothing() -> None:
    assert OURS.get_all_permissions(AnonymousUser()) == set()
    assert not OURS.has_perm(AnonymousUser(), f"scheduler.{Right.SEE_CALENDAR}")
