"""The running product against its own description: schemathesis with every check it has."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.asking import apart, book, free_slots, person
from tests.running import Product, running
from tests.services import ROOT

HERE = Path(__file__).parent
# A short form, and the one of the long matrix.
EXAMPLES, MANY = 3, 100
SIGN_IN = """
from allauth.mfa.models import Authenticator
from tests.staff import make_user, signed_in
user = make_user("Manager")
Authenticator.objects.create(user=user, type="totp", data={})
print(signed_in(user).cookies["sessionid"].value)
"""


@pytest.fixture
def product() -> Iterator[Product]:
    with running("web") as product:
        yield product


def test_the_api_does_what_its_schema_says(
    product: Product, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    examples = MANY if pytestconfig.getoption("--long") else EXAMPLES
    values = tmp_path / "values.json"
    values.write_text(json.dumps(_existing(product)))
    session = _session_of_a_manager(product)

    done = subprocess.run(
        [
            str(ROOT / ".venv" / "bin" / "schemathesis"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{product.base_url}/api/v1/openapi.json"),
            *("--checks", "all", "--max-examples", str(examples), "--seed", "20261122"),
            *("--continue-on-failure", "--no-color"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
            "PYTHONPATH": str(ROOT),
            "STAFF_SESSION": session,
            "FUZZ_VALUES": str(values),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr + product.log("web")[-4000:]
    assert _never_done(product) == set()


def _never_done(product: Product) -> set[str]:
    """The calls of the staff that were only ever refused: nothing was seen of their answers."""
    schema = product.get("/api/v1/openapi.json").json
    declared = {
        f"{method.upper()} {path.lstrip('/').replace('{', '<').replace('}', '>')}"
        for path, methods in schema["paths"].items()
        for method in methods
        if "/staff/" in path
    }
    lines = [json.loads(line) for line in product.log("web").splitlines() if line.startswith("{")]
    done = {f"{one['method']} {one['route']}" for one in lines if one.get("status") in {200, 201}}
    return declared - done


def _session_of_a_manager(product: Product) -> str:
    """Who has set up a second step, as every server asks for."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SIGN_IN],
        cwd=ROOT,
        env=product.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def _existing(product: Product) -> dict[str, Any]:
    """Visits in several states, and times that are free. Afterwards a booking needs no code."""
    slots = apart(free_slots(product), 20)
    held = [book(product, slot).json["token"] for slot in slots[:2]]
    product.env["BOOKING_VERIFICATION"] = "off"
    product.restart("web")
    booked = [book(product, slot, person()).json for slot in slots[2:5]]
    [(version, provider)] = product.sql(
        "select version, slug from scheduler_appointment a join scheduler_provider p"
        " on p.id = a.provider_id where a.reference = %s",
        booked[0]["id"],
    )
    return {
        "move": {"start": slots[5]["start"][:16], "provider": provider, "version": version},
        "tokens": held + [visit["token"] for visit in booked],
        "references": [visit["id"] for visit in booked],
        "starts": [slot["start"] for slot in slots[5:]],
        "walls": [slot["start"][:16] for slot in slots[5:]],
        "visit_types": ["new-patient", "follow-up"],
        "providers": ["maya-ellison", "tomas-reyes"],
        "froms": [slots[5]["start"][:10]],
        "tos": [slots[10]["start"][:10]],
        "slugs": ["post-laminectomy-syndrome"],
    }
