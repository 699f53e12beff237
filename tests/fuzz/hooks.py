"""Read by schemathesis: lends the schema values that exist, so that calls get beyond "no such".

FUZZ_VALUES is a file with a JSON object of lists: tokens, starts, providers and such. They
stand beside what the schema allows; anything else it allows is tried as well.
"""

import json
import os
from pathlib import Path
from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Put what exists beside what is allowed."""
    values = json.loads(Path(os.environ["FUZZ_VALUES"]).read_text())
    for path in raw_schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _lend(parameter, "schema", values.get(f"{parameter['name']}s"))
    models = raw_schema["components"]["schemas"]
    for name in ("BookingIn", "RescheduleIn", "MoveIn"):
        properties = models[name]["properties"]
        for field in ("start", "visit_type", "provider"):
            if field in properties:
                _lend(properties, field, values[f"{field}s"])
    for name, model in models.items():
        if name.endswith("In"):
            _lend_zero_bytes(model["properties"])


def _lend_zero_bytes(properties: dict[str, Any]) -> None:
    """JSON can say what PostgreSQL can't store."""
    for name, field in properties.items():
        options = field.get("anyOf", [field])
        if any(one.get("type") == "string" and "pattern" not in one for one in options):
            _lend(properties, name, ["\0", "Ana \0 Ruiz"])


def _lend(holder: dict[str, Any], key: str, values: list[str] | None) -> None:
    if values:
        holder[key] = {"anyOf": [{"enum": values}, holder[key]]}
