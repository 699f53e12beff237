"""The product's worker, except that its transports send nothing, and a task that does nothing."""

from unittest.mock import patch

from celery.signals import worker_process_init

from scheduler.transports.base import Outgoing, Receipt
from tasks.celery import app

__all__ = ["app"]


class Nowhere:
    """Takes every message over and forgets it."""

    def send(self, outgoing: Outgoing) -> Receipt:
        return Receipt(sid=f"nowhere-{outgoing.message_id}")


@app.task(name="tests.benchmarks.no_op")
def no_op() -> None:
    """The least that Celery can do."""


@worker_process_init.connect
def _send_nothing(**_: object) -> None:
    from tasks import messages

    patch.object(
        messages, "transports", return_value={"sms": Nowhere(), "email": Nowhere()}
    ).start()
