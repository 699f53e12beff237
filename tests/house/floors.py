"""The floors of the house, as import-linter checks them: who may import whom, downward only.

Floors bind verbs and queries. Every room may read every table (who may see what, say, reads
appointments), so a ladder of its own binds the tables.
"""

from copy import deepcopy

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.layers import LayersContract

GATHERED = "scheduler.models"
OURS = {"scheduler", "api", "tasks"}


def is_table(module: str) -> bool:
    """Whether a module holds tables: `<room>.models`, or a part of one."""
    return "models" in module.split(".")


class Floors(LayersContract):
    """import-linter's layers, tables apart."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        without_tables = deepcopy(graph)
        for module in filter(is_table, graph.modules):
            without_tables.remove_module(module)
        return super().check(without_tables, verbose)


class Tables(Contract):
    """A room's tables import the core and the tables of rooms further down `rooms`, no more."""

    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        floor = {room: number for number, room in enumerate(self.contract_options["rooms"])}
        wrong = sorted(
            (importer, imported)
            for importer in filter(is_table, graph.modules)
            if not importer.startswith(GATHERED)
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported.split(".")[0] in OURS and not may_import(importer, imported, floor)
        )
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} may not import {imported}")


def may_import(importer: str, imported: str, floor: dict[str, int]) -> bool:
    """Whether a table's module may import another module of ours; `floor` counts from the top."""
    if imported.startswith("scheduler.core."):
        return True
    own, room = importer.split(".")[1], imported.split(".")[1]
    if not is_table(imported) or not {own, room} <= floor.keys():
        return False
    return room == own or floor[room] > floor[own]
