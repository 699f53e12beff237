"""What tools that others wrote make of the API's description: a linter has no complaint, a client
in Python books, moves and cancels, and one in TypeScript has the types of a program that does."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from scheduler.booking.models import Appointment
from scheduler.clinic.models import Provider
from tests.api.asking import get
from tests.factories import TUESDAY, at, code_of
from tests.node import MODULES, run_node
from tests.services import ROOT

THURSDAY = at("2026-12-03 14:00")
PACKAGE = "clinic_client"
PROGRAM = Path(__file__).with_name("clients") / "book.ts"


@pytest.fixture
def described(client: Client, dana: Provider, tmp_path: Path) -> Path:
    """The description as a file, with the example of a booking that it has on a server."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(get(client, "openapi.json").json))
    return path


@pytest.fixture
def package(described: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of the Python client, made afresh."""
    config = described.with_name("config.yml")
    config.write_text("post_hooks: []\n")
    done = subprocess.run(
        [
            str(ROOT / ".venv" / "bin" / "openapi-python-client"),
            *("generate", "--path", str(described), "--config", str(config)),
            *("--output-path", str(described.with_name(PACKAGE)), "--meta", "none"),
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(described.parent))
    yield PACKAGE
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def through(client: Client) -> httpx.MockTransport:
    """What the generated client sends over HTTP, handed to Django in this process."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = client.generic(
            request.method,
            request.url.raw_path.decode(),
            request.content,
            content_type=request.headers.get("content-type", ""),
            headers={name: value for name, value in request.headers.items() if name != "host"},
        )
        return httpx.Response(
            response.status_code, headers=dict(response.headers), content=response.content
        )

    return httpx.MockTransport(answer)


class TestTheLinter:
    def test_has_no_complaint_by_redoclys_recommended_rules(
        self, described: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # It asks nobody on the network.
        monkeypatch.setenv("REDOCLY_TELEMETRY", "off")
        monkeypatch.setenv("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        cli = MODULES / "@redocly" / "cli" / "bin" / "cli.js"
        done = run_node(cli, "lint", described, "--extends", "recommended", "--format", "json")
        problems = json.loads(done.stdout)["problems"]
        assert [(one["ruleId"], one["message"]) for one in problems] == []
        assert done.returncode == 0


class TestThePythonClient:
    def test_books_moves_and_cancels(self, package: str, client: Client) -> None:
        models: Any = importlib.import_module(f"{package}.models")
        made: Any = importlib.import_module(package)
        clinic = made.Client(
            base_url="http://testserver", httpx_args={"transport": through(client)}
        )

        def call(name: str, *path: str, **given: Any) -> Any:
            verb: Any = importlib.import_module(
                f"{package}.api.appointments.api_appointments_{name}"
            )
            return verb.sync(*path, client=clinic, **given)

        patient = models.PatientIn(
            name="Ana Ruiz", phone="(419) 555-0123", language=models.PatientInLanguage.ES
        )
        wanted = models.BookingIn(visit_type="new-patient", start=TUESDAY, patient=patient)
        held = call("book", body=wanted)
        assert (held.status, held.start) == (models.AppointmentStatus.HELD, TUESDAY)
        taken = call("book", body=wanted)
        assert isinstance(taken, models.Problem)
        assert abs(taken.alternatives[0].start - TUESDAY) == timedelta(hours=1)

        code = models.VerifyIn(code=code_of(Appointment.objects.get()))
        booked = call("verify", held.token, body=code)
        assert (booked.status, booked.can_reschedule) == (models.AppointmentStatus.BOOKED, True)
        move = models.RescheduleIn(start=THURSDAY, version=booked.version)
        assert call("reschedule", held.token, body=move).start == THURSDAY
        assert "BEGIN:VCALENDAR" in call("calendar", held.token)
        cancelled = call("cancel", held.token, body=models.CancelIn(reason="Better already"))
        assert cancelled.status == models.AppointmentStatus.CANCELLED
        assert Appointment.objects.get().status == "cancelled"


class TestTheTypeScriptClient:
    def test_has_types_that_fit_a_program_that_books(self, described: Path) -> None:
        types = described.with_name("clinic-api.ts")
        made = run_node(
            MODULES / "openapi-typescript" / "bin" / "cli.js", described, "--output", types
        )
        assert made.returncode == 0, made.stderr
        project = described.with_name("tsconfig.json")
        project.write_text(json.dumps(project_of(types)))
        done = run_node(MODULES / "typescript" / "bin" / "tsc", "--project", project)
        assert (done.returncode, done.stdout) == (0, "")


def project_of(types: Path) -> dict[str, Any]:
    return {
        "files": [str(PROGRAM)],
        "compilerOptions": {
            "noEmit": True,
            "strict": True,
            "skipLibCheck": True,
            "types": [],
            "target": "es2022",
            "lib": ["es2022", "dom"],
            "module": "esnext",
            "moduleResolution": "bundler",
            "paths": {"clinic-api": [str(types)]},
        },
    }
