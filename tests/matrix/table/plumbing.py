"""Addresses for machines, and where things lead."""

from tests.matrix.policy import row

PLUMBING = [
    row("page", "healthz", "GET", anonymous=200),
    # 503 where a test has no broker.
    row("page", "readyz", "GET", anonymous="200|503"),
    row("page", "metrics", "GET", anonymous=200),
    row("page", "set_language", "POST", anonymous=302, body="language", refused="302"),
    row("page", "/api", "GET", anonymous=302, path="/api"),
]
