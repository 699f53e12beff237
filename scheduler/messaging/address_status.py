"""Whether a number or address may be written to, as it stands now."""

from dataclasses import dataclass

from scheduler.messaging.models import BadAddress, Consent, OptOut, ReminderOptOut


@dataclass(frozen=True, slots=True)
class AddressStatus:
    """`paused`: a text that may be an opt-out waits for a person; `agreed`: said yes last.
    `reminders_stopped`: it wants no reminders, and all the rest."""

    stopped: bool
    paused: bool
    unusable: bool
    agreed: bool
    reminders_stopped: bool


def address_status(channel: str, address: str) -> AddressStatus:
    here = {"channel": channel, "address": address}
    stop = OptOut.objects.filter(**here, lifted_at=None).first()
    last = Consent.objects.filter(**here).order_by("-at", "-pk").first()
    return AddressStatus(
        stopped=stop is not None and not stop.paused_for_staff,
        paused=stop is not None and stop.paused_for_staff,
        unusable=BadAddress.objects.filter(**here).exists(),
        agreed=last is not None and last.granted,
        reminders_stopped=ReminderOptOut.objects.filter(**here, lifted_at=None).exists(),
    )
