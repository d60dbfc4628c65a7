"""What Prometheus may ask for: requests by view, method and status, and how long they took."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

requests = Counter("aidtracker_requests", "Requests answered.", ["view", "method", "status"])
seconds_taken = Histogram(
    "aidtracker_request_seconds",
    "Seconds from the first line of a request to its answer.",
    ["view", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    """Add one answered request to the figures."""
    method = method if method in METHODS else "other"
    requests.labels(view, method, str(status)).inc()
    seconds_taken.labels(view, method).observe(seconds)


def exposition() -> bytes:
    """Write all figures in Prometheus' text format.

    Several web processes share their figures through the folder PROMETHEUS_MULTIPROC_DIR.
    """
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
