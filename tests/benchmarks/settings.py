"""The product's settings with the floors' addresses added; everything else stays as it is."""

from scheduler.settings import *  # noqa: F403
from scheduler.settings import DATA_DIR

ROOT_URLCONF = "tests.benchmarks.urls"
STATIC_ROOT = DATA_DIR / "static"
