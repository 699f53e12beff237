"""How PostgreSQL would answer a statement: by which indexes, and what it would read in full."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Plan:
    """The plan where no table is small enough to be read in full, or to be sorted: a scan that is
    left had to be, whatever other tests left of their rows."""

    nodes: list[dict[str, Any]]

    @property
    def scanned(self) -> set[str]:
        """The tables that are read from end to end, for want of an index."""
        return {one["Relation Name"] for one in self.nodes if one["Node Type"] == "Seq Scan"}

    @property
    def indexes(self) -> set[str]:
        return {one["Index Name"] for one in self.nodes if "Index Name" in one}

    def rows_read(self, table: str) -> list[int]:
        """The table's rows that each node looked at, kept or not; of an analyzed plan. What a
        bitmap holds is not counted: rows that were rolled back are in it until somebody sweeps."""
        counts = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        return [
            sum(int(one.get(count, 0)) for count in counts)
            for one in self.nodes
            if one.get("Relation Name") == table
        ]

    def rows_of(self, kind: str, *, of: str = "") -> list[int]:
        """The rows that each node of this kind gave (`of`: a table's); of an analyzed plan."""
        return [
            int(one["Actual Rows"])
            for one in self.nodes
            if one["Node Type"] == kind and (not of or one.get("Relation Name") == of)
        ]


def plan_of(
    statement: str, values: Mapping[str, Any] | None = None, *, analyze: bool = False
) -> Plan:
    """Within the test's transaction; `statement` may hold its values already."""
    options = "ANALYZE, FORMAT JSON" if analyze else "FORMAT JSON"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN ({options}) {statement}", values)
        (found,) = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = on")
    (tree,) = json.loads(found) if isinstance(found, str) else found
    return Plan(list(_nodes(tree["Plan"])))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)
