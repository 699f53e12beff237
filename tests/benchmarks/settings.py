"""The product's settings with the floors' addresses added; everything else stays as it is."""

from scheduler.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
