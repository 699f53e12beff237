"""Health checks for containers: `python -m scheduler.server.health web|beat` ends with 0 or 1.

Standard library only, so that a check costs milliseconds. A worker is asked with `celery inspect
ping` instead.
"""

import os
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

# Beat saves its schedule every three minutes.
BEAT_IS_STALE = 600


def web(env: Mapping[str, str]) -> bool:
    """/healthz answers on this machine, asked by the name that patients use."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{env.get('PORT', '8000')}/healthz",
        headers={"Host": urlsplit(env.get("PUBLIC_URL", "")).netloc or "127.0.0.1"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def beat(env: Mapping[str, str]) -> bool:
    """Beat's file, under whatever ending this system's database gives it, is fresh."""
    schedule = Path(env["BEAT_SCHEDULE"])
    saved = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(saved) and time.time() - max(saved) < BEAT_IS_STALE


CHECKS = {"web": web, "beat": beat}


if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]](os.environ) else 1)
