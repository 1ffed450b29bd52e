"""Whom this gateway refuses; edited by the operators, kept over a restart."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import canonical, log
from gateway.domain.errors import BadPolicyError

if TYPE_CHECKING:
    from gateway.store.base import PolicyStore

_LOG = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """Members that may not call, and networks from which the others may; no networks: from anywhere."""

    blacklist: tuple[str, ...]
    allow_ips: tuple[str, ...]

    def check(self) -> None:
        """Raise `BadPolicyError` for what is no member or network."""
        for member in self.blacklist:
            if not member or "@" in member:
                raise BadPolicyError(f"{member!r} is no member id")
        for network in self.allow_ips:
            try:
                ipaddress.ip_network(network)
            except ValueError as problem:
                raise BadPolicyError(f"{network!r} is no network: {problem}") from problem


class PolicyBook:
    """The policy in force; what was set by a call goes before the settings."""

    def __init__(self, store: PolicyStore, default: Policy) -> None:
        default.check()
        self._store = store
        self._lock = threading.Lock()
        kept = store.load()
        self._policy = default
        if kept is not None:
            content = canonical.loads(kept)
            self._policy = Policy(tuple(content["blacklist"]), tuple(content["allow_ips"]))

    def get(self) -> Policy:
        """Give the policy in force."""
        with self._lock:
            return self._policy

    def set(self, policy: Policy) -> None:
        """Put a policy in force."""
        policy.check()
        content = {"blacklist": list(policy.blacklist), "allow_ips": list(policy.allow_ips)}
        with self._lock:
            self._store.save(canonical.dumps(content))
            self._policy = policy
        _LOG.info("policy_set", blacklist=list(policy.blacklist), allow_ips=list(policy.allow_ips))

    def blacklisted(self, member: str) -> bool:
        """Whether the member may not call."""
        return member in self.get().blacklist

    def allow_ips(self) -> tuple[str, ...] | None:
        """Networks from which members may call; None: from anywhere."""
        return self.get().allow_ips or None
