"""Who may see what: what a patient's token opens, and what somebody's role on the staff does.

Staff rights are Django permissions, given by groups (`ROLES`). Whatever shows a patient to staff
says so with `show`; the middleware writes that in the audit log.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db.models import Exists, OuterRef, QuerySet

from scheduler.accounts.roles import Right
from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from scheduler.patients.models import Patient

User = AbstractBaseUser | AnonymousUser


def may(user: User, right: Right) -> bool:
    """Whether one of the user's roles has the right. A superuser may do everything."""
    return isinstance(user, PermissionsMixin) and user.has_perm(f"scheduler.{right}")


def is_staff(user: User) -> bool:
    """Whether the user has any business on the staff's pages."""
    return any(may(user, right) for right in Right)


def provider_of(user: User) -> Provider | None:
    """The provider that the user is, if they are one."""
    return Provider.objects.filter(user=user.pk, active=True).first() if user.pk else None


def visible_patients(user: User) -> QuerySet[Patient]:
    """Everybody for those who may see patients; for clinicians, who has a visit with them."""
    if may(user, Right.SEE_PATIENTS):
        return Patient.objects.all()
    if not may(user, Right.SEE_OWN_DAY):
        return Patient.objects.none()
    return Patient.objects.filter(
        Exists(Appointment.objects.filter(patient=OuterRef("pk"), provider__user=user.pk))
    )


def visible_appointments(user: User) -> QuerySet[Appointment]:
    """All of them for those who see the calendar; for clinicians, their own."""
    if may(user, Right.SEE_CALENDAR):
        return Appointment.objects.all()
    if not may(user, Right.SEE_OWN_DAY):
        return Appointment.objects.none()
    return Appointment.objects.filter(provider__user=user.pk)
