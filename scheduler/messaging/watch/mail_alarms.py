"""Tell a manager of an alarm by mail: once, and never what concerns a patient."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.auth.models import User

from scheduler.accounts.roles import MANAGER
from scheduler.clinic.models import Clinic
from scheduler.messaging.models import Alarm, Channel
from scheduler.messaging.watch.alarm_mail import alarm_mail
from scheduler.transports.base import Outgoing, Transport
from scheduler.transports.errors import Refused, Unknown

log = structlog.get_logger(__name__)

# A mail that can't leave by then would tell of what everybody knows.
WORTH_TELLING = timedelta(hours=1)


def mail_alarms(transports: Mapping[str, Transport], clinic: Clinic, *, now: datetime) -> int:
    """Mail the alarms that nobody was mailed about; how many mails were taken.

    Each is committed before it leaves: what may have left is not sent again, what did not is.
    """
    transport, people = transports.get(Channel.EMAIL), recipients()
    if transport is None or not people:
        return 0
    taken = 0
    waiting = Alarm.objects.filter(over_at=None, mailed_at=None, since__gt=now - WORTH_TELLING)
    for alarm in waiting.order_by("since", "pk"):
        if not Alarm.objects.filter(pk=alarm.pk, mailed_at=None).update(mailed_at=now):
            continue
        sent = sum(_send(transport, alarm_mail(alarm, to, clinic)) for to in people)
        if not sent:
            Alarm.objects.filter(pk=alarm.pk).update(mailed_at=None)
        taken += sent
    return taken


def recipients() -> list[str]:
    """ALARM_EMAIL, or else the managers who have an address."""
    if settings.ALARM_EMAIL:
        return list(settings.ALARM_EMAIL)
    managers = User.objects.filter(groups__name=MANAGER, is_active=True).exclude(email="")
    return list(managers.order_by("pk").values_list("email", flat=True))


def _send(transport: Transport, mail: Outgoing) -> bool:
    """False where it surely did not leave."""
    try:
        transport.send(mail)
    except Refused as refusal:
        log.warning("alarm not mailed", code=refusal.code)
        return False
    except Unknown as doubt:
        log.warning("alarm perhaps mailed", code=doubt.code)
    return True
