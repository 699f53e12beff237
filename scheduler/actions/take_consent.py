"""Staff write down what somebody said about being written to, on the phone or at the desk."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scheduler.actions.match_patient import WORDINGS
from scheduler.actions.opt_out import lift, lift_pause, opt_out
from scheduler.models import Consent, OptOut
from scheduler.models.patient import Channel

STAFF = "staff"
SOURCE_LENGTH = 40


class TheyStopped(Exception):
    """The person stopped it themselves: only they can start it again, with the word START."""


def take_consent(channel: str, address: str, *, language: str, by: User, now: datetime) -> Consent:
    """They agreed to the sentence that was read to them, in this language.

    Ends what staff had stopped or what waits for a person. Raises TheyStopped.
    """
    with transaction.atomic():
        stop = OptOut.objects.filter(channel=channel, address=address, lifted_at=None).first()
        if stop and stop.paused_for_staff:
            lift_pause(channel, address, by=by, now=now)
        elif stop and stop.source.startswith(STAFF):
            lift(channel, address, by=by, now=now)
        elif stop:
            raise TheyStopped
        return _write_down(channel, address, granted=True, language=language, by=by, now=now)


def withdraw_consent(
    channel: str, address: str, *, language: str, by: User, now: datetime
) -> Consent:
    """They want no more of it: nothing more goes there, and what is planned is suppressed."""
    with transaction.atomic():
        opt_out(channel, address, source=_source(by), now=now)
        return _write_down(channel, address, granted=False, language=language, by=by, now=now)


def _write_down(
    channel: str, address: str, *, granted: bool, language: str, by: User, now: datetime
) -> Consent:
    return Consent.objects.create(
        channel=channel,
        address=address,
        granted=granted,
        wording=WORDINGS[language] if channel == Channel.SMS else "email",
        language=language,
        source=_source(by),
        at=now,
    )


def _source(by: User) -> str:
    return f"{STAFF}: {by.get_username()}"[:SOURCE_LENGTH]
