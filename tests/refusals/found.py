"""Every kind of refusal that the product knows, found and not listed, and one of each to read."""

import inspect
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from itertools import product
from typing import Any

import scheduler
from scheduler.core.refusal import Refusal
from scheduler.core.status import AppointmentStatus

# What starts a server when it is imported, and what runs no code of ours.
NO_ROOMS = ("scheduler.server", "scheduler.embedded", "scheduler.migrations", "scheduler.wsgi")


def kinds() -> list[type[Refusal]]:
    """Sorted by name."""
    for module in pkgutil.walk_packages(scheduler.__path__, "scheduler."):
        if not module.name.startswith(NO_ROOMS):
            import_module(module.name)
    return sorted(_below(Refusal), key=lambda kind: kind.__name__)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def examples(kind: type[Refusal]) -> list[Refusal]:
    """As it is raised, with every reason that it may have."""
    made = inspect.signature(kind.__init__).parameters.values()
    takes = [one for one in made if one.name not in {"self", "said"} and one.default is one.empty]
    values = [_values(one.annotation, kind) for one in takes if one.kind is not one.VAR_KEYWORD]
    found = {one.reason: one for one in (kind(*given) for given in product(*values))}
    return [found[reason] for reason in sorted(found)]


def _values(annotation: Any, kind: type[Refusal]) -> tuple[Any, ...]:
    match annotation:
        case _ if annotation is int:
            return (0, 1, 2)
        case _ if annotation is str:
            return kind.reasons or ("Ana Ruiz",)
        case _ if annotation is timedelta:
            return (timedelta(hours=1),)
        case _ if annotation is AppointmentStatus:
            return tuple(AppointmentStatus)
        case _:
            return ([],)
