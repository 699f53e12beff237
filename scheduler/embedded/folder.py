"""The folder that holds everything of one installation, and the claim to it."""

import fcntl
import os
from pathlib import Path
from typing import IO

from scheduler.embedded.process import EmbeddedError


def prepare(data_dir: Path) -> Path:
    """`data_dir`, absolute, made with the folders that its tenants expect.

    It is closed to others. Root's lets others pass, but not list: PostgreSQL's account has to.
    """
    data_dir = data_dir.resolve()
    if not data_dir.exists():
        data_dir.mkdir(parents=True)
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for name in ("log", "run"):
        (data_dir / name).mkdir(exist_ok=True, mode=0o700)
    return data_dir


def take(folder: Path) -> IO[str]:
    """Makes `folder` ours until the returned file is closed or the process ends, however it ends.

    Raises EmbeddedError when another start has it.
    """
    lock = (folder / "run" / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise EmbeddedError(
            f"Already running here (process {lock.read().strip()}, data in {folder}). Stop it "
            "first, or choose another place: DATA_DIR=.data2 PORT=8001 make run"
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
