"""Read by schemathesis: lends the schema values that exist, so that calls get beyond "no such".

FUZZ_VALUES is a file with a JSON object of lists: tokens, starts, providers and such. They
stand beside what the schema allows; anything else it allows is tried as well. `move` is a body
that moves the first of the references.
"""

import json
import os
from pathlib import Path
from typing import Any

import schemathesis

CSRF_TOKEN = "t" * 32


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Put what exists beside what is allowed."""
    values = json.loads(Path(os.environ["FUZZ_VALUES"]).read_text())
    for path in raw_schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _lend(parameter, "schema", values.get(f"{parameter['name']}s"))
    models = raw_schema["components"]["schemas"]
    for name, kind in (("BookingIn", "starts"), ("RescheduleIn", "starts"), ("MoveIn", "walls")):
        properties = models[name]["properties"]
        lent = {"start": kind, "visit_type": "visit_types", "provider": "providers"}
        for field in lent.keys() & properties.keys():
            _lend(properties, field, values[lent[field]])
    models["MoveIn"]["example"] = values["move"]
    move = raw_schema["paths"]["/api/v1/staff/appointments/{reference}/move"]["post"]
    move["parameters"][0]["example"] = values["references"][0]
    for name, model in models.items():
        if name.endswith("In"):
            _lend_zero_bytes(model["properties"])


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]
) -> None:
    """A page of ours sends both with all that it asks for."""
    case.cookies["csrftoken"] = CSRF_TOKEN
    case.headers["X-CSRFToken"] = CSRF_TOKEN


def _lend_zero_bytes(properties: dict[str, Any]) -> None:
    """JSON can say what PostgreSQL can't store."""
    for name, field in properties.items():
        options = field.get("anyOf", [field])
        if any(one.get("type") == "string" and "pattern" not in one for one in options):
            _lend(properties, name, ["\0", "Ana \0 Ruiz"])


def _lend(holder: dict[str, Any], key: str, values: list[str] | None) -> None:
    if values:
        holder[key] = {"anyOf": [{"enum": values}, holder[key]]}
