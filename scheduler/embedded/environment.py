"""What `make run` hands its processes: safe keys, a loopback address, everything under DATA_DIR."""

import json
import secrets
import shutil
import socket
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from scheduler.embedded.process import EmbeddedError

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
SHARED = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "LINK_KEYS",
    "PUBLIC_URL",
    "DEBUG",
    "DEMO",
    "DATA_DIR",
)


def data_dir(env: Mapping[str, str]) -> Path:
    """DATA_DIR, absolute; `.data` beside manage.py by default."""
    return ROOT / (env.get("DATA_DIR") or ".data")


def build(folder: Path, env: Mapping[str, str], urls: Mapping[str, str]) -> dict[str, str]:
    """The environment of migrate, web, worker and beat. What `env` sets already stays."""
    port = env.get("PORT") or "8000"
    metrics = folder / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)  # counts of processes that are gone
    metrics.mkdir(mode=0o700)
    defaults = {
        "PORT": port,
        "DEBUG": "on",
        "DEMO": "on",
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        **_keys(folder / "keys.json"),
    }
    fixed = {
        "HOST": HOST,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "scheduler.settings",
        "BEAT_SCHEDULE": str(folder / "run" / "beat"),
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in env.items() if value or name not in defaults}
    return {**defaults, **given, **fixed, **urls}


def share(folder: Path, env: Mapping[str, str]) -> Path:
    """Keep what `manage.py` needs to join the run, for its owner's eyes, until the run ends."""
    path = folder / "run" / "environment.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({name: env[name] for name in SHARED if name in env}))
    return path


def join(env: MutableMapping[str, str]) -> None:
    """Take the settings of the `make run` that is up, unless `env` has a database of its own."""
    path = data_dir(env) / "run" / "environment.json"
    if "DATABASE_URL" in env or not path.exists():
        return
    for name, value in json.loads(path.read_text()).items():
        env.setdefault(name, value)


def check_port(port: str) -> None:
    """Raises EmbeddedError when PORT is no port, or somebody listens on it."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise EmbeddedError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except OSError as error:
            raise EmbeddedError(
                f"Port {port} can't be used: {error.strerror}. Stop what uses it, or choose "
                f"another: PORT={int(port) % 65535 + 1} make run"
            ) from error


def _keys(path: Path) -> dict[str, str]:
    """The random keys of this folder, made on the first start, readable by its owner only."""
    if not path.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(50), "LINK_KEYS": secrets.token_urlsafe(32)}
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(made, indent=1))
        unfinished.rename(path)
    keys: dict[str, str] = json.loads(path.read_text())
    return keys
