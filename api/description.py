"""What ninja's description of the API needs to be a valid OpenAPI document, and a whole one.

Linters and makers of clients read it as OpenAPI 3.1 has it: they refuse, or leave out, what they
don't understand.
"""

import json
from collections.abc import Iterator
from typing import Any

from api.problems import CONTENT_TYPE
from api.refusal_codes import refusal_codes

Part = dict[str, Any]

LICENSE = {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until it is worth another try.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_CAN_WAIT = {"429", "503"}


def complete(schema: Part) -> None:
    """Mends `schema`, as ninja makes it, in place."""
    schema["info"]["license"] = LICENSE
    schema["info"]["description"] += f"\n\n{refusal_codes()}"
    # Who holds a token may use it; the staff's operations ask for a session of their own.
    schema["security"] = []
    for operation in _operations(schema):
        for parameter in operation.get("parameters", []):
            _one_example(parameter)
        _problems(operation["responses"])
    for model in schema["components"]["schemas"].values():
        for field in model.get("properties", {}).values():
            _unwrap(field)
    _drop_unused(schema)


def _operations(schema: Part) -> Iterator[Part]:
    for path in schema["paths"].values():
        yield from path.values()


def _one_example(parameter: Part) -> None:
    """A schema's examples are a list; a parameter's would be a map, which ninja doesn't make."""
    if examples := parameter.pop("examples", None):
        parameter["example"] = examples[0]


def _problems(responses: Part) -> None:
    """Every error is a problem document, and any call can come while the database is away."""
    responses["503"] = {
        "description": "Service Unavailable",
        "content": {CONTENT_TYPE: {"schema": _PROBLEM}},
    }
    for status, answer in responses.items():
        content = answer.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[CONTENT_TYPE] = content.pop("application/json")
        if str(status) in _CAN_WAIT:
            answer["headers"] = _RETRY_AFTER


def _unwrap(field: Part) -> None:
    """A model with a default comes as "all of" the one model that it is."""
    if len(field.get("allOf", [])) == 1:
        field |= field.pop("allOf")[0]


def _drop_unused(schema: Part) -> None:
    """The models that ninja only reads parameters with: they stand with each operation already."""
    models = schema["components"]["schemas"]
    written = json.dumps(schema)
    for name in list(models):
        if f'"#/components/schemas/{name}"' not in written:
            del models[name]
