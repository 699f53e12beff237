"""What /metrics counts of requests, in a number of series that no visitor can raise.

django-prometheus counts by view and by whatever method a request names: 18 buckets for each pair,
and made-up methods without end. Here they are counted by area (the first part of the route, such
as `staff`) and by GET, POST or other. What a single route does is in the log, a line a request.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_prometheus.middleware import PrometheusAfterMiddleware

HOME, UNKNOWN, OTHER = "home", "unknown", "other"
_METHODS = {"GET": "GET", "HEAD": "GET", "POST": "POST"}


class AreaMetricsMiddleware(PrometheusAfterMiddleware):  # type: ignore[misc]
    """The `view` of a metric is an area; templates are not counted at all."""

    def label_metric(
        self, metric: Any, request: HttpRequest, response: Any = None, **labels: Any
    ) -> Any:
        if "view" in labels:
            labels["view"] = area_of(request)
        if "method" in labels:
            labels["method"] = _METHODS.get(request.method or "", OTHER)
        return super().label_metric(metric, request, response, **labels)

    def process_template_response(
        self, _request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        return response


def area_of(request: HttpRequest) -> str:
    """The first part of the route's pattern; `unknown` where there is no such address."""
    if request.resolver_match is None:
        return UNKNOWN
    return request.resolver_match.route.partition("/")[0] or HOME
