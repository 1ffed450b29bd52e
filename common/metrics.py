"""Prometheus metrics that several services share; every label has a closed set of values."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

#: Calls that a server refused, by the check that refused them (the error's code).
RPC_REFUSED = Counter("hanse_rpc_refused_total", "Signed calls refused, by code of the check", ["code"])
#: Calls that a server answered, by method and status code of gRPC.
RPC_SERVED = Counter("hanse_rpc_served_total", "Signed calls answered", ["method", "status"])
#: Time from the first byte of a call to its answer.
RPC_SECONDS = Histogram(
    "hanse_rpc_seconds",
    "Time to answer a signed call",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
#: 1 while a check of /health holds, else 0.
HEALTH = Gauge("hanse_health", "Whether a check holds", ["check"])
