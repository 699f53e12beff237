"""Who changes something and by which route, as the audit log's triggers read it.

The triggers look for two settings of the transaction (pghistory's own). They are set once a
transaction, in front of its first change; the library's middleware does it with every statement.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

Metadata = dict[str, Any]

_CHANGES = ("INSERT", "UPDATE", "DELETE", "WITH")
_SET = """SELECT set_config('pghistory.context_id', {0}, true),
       set_config('pghistory.context_metadata', {1}, true)"""
_ID, _METADATA = "audit_context_id", "audit_context_metadata"
_SET_BY_POSITION = _SET.format("%s", "%s")
_SET_BY_NAME = _SET.format(f"%({_ID})s", f"%({_METADATA})s")


@contextmanager
def audit_context(metadata: Callable[[], Metadata]) -> Iterator[None]:
    """What changes while this lasts is told of under one id, with the metadata as it is then."""
    with connection.execute_wrapper(_Teller(metadata)):
        yield


class _Teller:
    """Goes around each statement of a request, which has a connection to itself."""

    def __init__(self, metadata: Callable[[], Metadata]) -> None:
        self._id = str(uuid4())
        self._metadata = metadata
        # The blocks of the transaction in which the triggers were told; a savepoint that is rolled
        # back takes the settings with it.
        self._told: list[Any] = []

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        if many or not isinstance(sql, str) or not self._is_to_tell(sql):
            return execute(sql, params, many, context)
        self._told = list(connection.atomic_blocks)
        written = json.dumps(self._metadata())
        if not isinstance(context["cursor"].cursor, ClientCursor):
            # One statement at a time; the settings last as long as the transaction.
            execute(_SET_BY_POSITION, (self._id, written), False, context)
            return execute(sql, params, many, context)
        if isinstance(params, dict):
            sql, params = f"{_SET_BY_NAME};\n{sql}", {**params, _ID: self._id, _METADATA: written}
        else:
            sql, params = f"{_SET_BY_POSITION};\n{sql}", (self._id, written, *(params or ()))
        done = execute(sql, params, many, context)
        # The settings' own result comes first.
        while done is not None and done.nextset():
            pass
        return done

    def _is_to_tell(self, sql: str) -> bool:
        raw = connection.connection
        status = raw.info.transaction_status if raw is not None else TransactionStatus.IDLE
        if status == TransactionStatus.IDLE:
            self._told = []
        if not sql.lstrip().startswith(_CHANGES) or status == TransactionStatus.INERROR:
            return False
        told = self._told
        return not told or connection.atomic_blocks[: len(told)] != told
