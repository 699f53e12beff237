"""The product's addresses, and the floors beside them in the same server."""

from django.urls import path

from scheduler.urls import handler500, urlpatterns
from tests.benchmarks.floors import floors, staff_floors

__all__ = ["handler500", "urlpatterns"]

urlpatterns += [
    path("floors/", floors.urls),
    path("api/v1/staff/floors/", staff_floors.urls),
]
