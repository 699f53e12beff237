"""The product's worker, and a task that does nothing."""

from tasks.celery import app

__all__ = ["app"]


@app.task(name="tests.benchmarks.no_op")
def no_op() -> None:
    """The least that Celery can do."""
