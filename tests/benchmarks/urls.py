"""The product's addresses, and the floors beside them in the same server."""

from django.urls import path

from scheduler.urls import handler500, urlpatterns
from tests.benchmarks.floors import floors

__all__ = ["handler500", "urlpatterns"]

urlpatterns += [path("floors/", floors.urls)]
