"""Which providers are behind at the moment."""

from datetime import datetime

from scheduler.closures.models import ProviderDelay


def delays_at(now: datetime) -> dict[int, ProviderDelay]:
    """Provider id to the delay in force; the newest, should there be several."""
    running = ProviderDelay.objects.filter(since__lte=now, until__gt=now).order_by("since", "pk")
    return {delay.provider_id: delay for delay in running}
