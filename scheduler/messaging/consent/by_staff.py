"""Staff write down what somebody said about being written to, on the phone or at the desk."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.booking.models import Appointment
from scheduler.core.refusal import Audience, Refusal
from scheduler.core.status import EXPECTED
from scheduler.messaging.consent.lift_opt_out import lift, lift_pause
from scheduler.messaging.consent.revoke import revoke
from scheduler.messaging.consent.stop_reminders import resume_reminders
from scheduler.messaging.consent.write_consent import SOURCE_LENGTH, STAFF, write_consent
from scheduler.messaging.models import Channel, Consent, OptOut
from scheduler.messaging.plan import owe_missing_reminders
from scheduler.transactions.row_locks import lock_rows


class TheyStopped(Refusal):
    """The person stopped texts themselves: only they can start them again, with the word START."""

    code = "they-stopped"
    met_by = Audience.STAFF


def take_consent(channel: str, address: str, *, language: str, by: User, now: datetime) -> Consent:
    """They agreed to the sentence that was read to them, in this language.

    Ends what staff had stopped, what waits for a person, what kept reminders back, and of mails
    whatever stopped them: no carrier stands between. The reminders of coming visits are owed by
    this way, too. Raises TheyStopped.
    """
    with transaction.atomic():
        # Visits before their messages, as whoever changes a visit takes them.
        coming = _coming(channel, address, now=now)
        stop = OptOut.objects.filter(channel=channel, address=address, lifted_at=None).first()
        if stop and stop.paused_for_staff:
            lift_pause(channel, address, by=by, now=now)
        elif stop and (stop.source.startswith(STAFF) or channel == Channel.EMAIL):
            lift(channel, address, by=by, now=now)
        elif stop:
            raise TheyStopped
        resume_reminders(channel, address, now=now)
        said = write_consent(
            channel, address, granted=True, language=language, source=source_of(by), now=now
        )
        for visit in coming:
            owe_missing_reminders(visit, now=now)
        return said


def withdraw_consent(
    channel: str, address: str, *, language: str, by: User, now: datetime
) -> Consent:
    """They want no more of it: nothing more goes there, and what is planned is suppressed."""
    return revoke(
        channel,
        address,
        route=Consent.Route.DESK,
        source=source_of(by),
        language=language,
        now=now,
    )


def _coming(channel: str, address: str, *, now: datetime) -> list[Appointment]:
    """The visits ahead whose contact has this number or address."""
    field = "contact__phone" if channel == Channel.SMS else "contact__email"
    ahead = Appointment.objects.filter(
        **{field: address}, status__in=EXPECTED, starts_at__gt=now
    ).order_by("pk")
    return lock_rows(ahead.select_related("contact"))


def source_of(by: User) -> str:
    return f"{STAFF}: {by.get_username()}"[:SOURCE_LENGTH]
