"""Which refusals an operation of the API can come to: those that the code it leads to names."""

from collections.abc import Callable, Iterator
from inspect import getmodule, isclass, isfunction, ismodule, unwrap
from types import CodeType, ModuleType
from typing import Any

from scheduler.core.refusal import Refusal

OURS = ("api.", "scheduler.")


def refusals_of(operation: Callable[..., Any]) -> set[type[Refusal]]:
    """Found by following names from function to function, so it may be some too many: what is only
    caught counts, too."""
    found: set[type[Refusal]] = set()
    seen: set[int] = set()
    waiting: list[Any] = [operation]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or not str(getattr(one, "__module__", "")).startswith(OURS):
            continue
        seen.add(id(one))
        if isclass(one) and issubclass(one, Refusal):
            found.add(one)
        else:
            waiting += _named_by(one)
    return found - {Refusal}


def _named_by(one: Any) -> Iterator[Any]:
    module = getmodule(one)
    for code in _codes(one):
        for name in code.co_names:
            value = getattr(module, name, None)
            if ismodule(value):
                yield from _of_module(value, code)
            else:
                yield value


def _of_module(module: ModuleType, code: CodeType) -> Iterator[Any]:
    if module.__name__.startswith(OURS):
        yield from (getattr(module, name, None) for name in code.co_names)


def _codes(one: Any) -> Iterator[CodeType]:
    """The code of a function, or of all methods of a class, with what stands inside."""
    methods = vars(one).values() if isclass(one) else [one]
    for method in methods:
        bare = unwrap(getattr(method, "__func__", getattr(method, "fget", method)))
        if isfunction(bare):
            yield from _inside(bare.__code__)


def _inside(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _inside(constant)
