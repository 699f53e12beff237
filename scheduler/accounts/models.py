"""People on the staff are Django's users; who they are and may do is kept in the audit log too."""

import pghistory
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User


@pghistory.track(exclude=["password", "last_login"])
class StaffMember(User):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "person on the staff"


# Of a table that Django makes by itself there is no model to point at.
@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class StaffRole(User.groups.through):  # type: ignore[misc, name-defined]
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "role of staff"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), exclude=["data", "last_used_at"])
class SecondStep(Authenticator):  # type: ignore[misc]
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "second step of a sign-in"
