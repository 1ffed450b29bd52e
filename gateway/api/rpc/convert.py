"""Between protobuf messages and the gateway's own values."""

from __future__ import annotations

from gateway.domain.grants import Grant, GrantedMessage
from gateway.domain.messages import Announced, EgressLine, MessageKey
from proto.gateway.v1 import gateway_pb2 as pb


def key_from(key: pb.MessageKey) -> MessageKey:
    """Read a message's key."""
    return MessageKey(key.job, key.task, key.attempt, key.message, key.step, key.sender, key.receiver)


def key_to(key: MessageKey) -> pb.MessageKey:
    """Write a message's key."""
    return pb.MessageKey(
        job=key.job,
        task=key.task,
        attempt=key.attempt,
        message=key.message,
        step=key.step,
        sender=key.sender,
        receiver=key.receiver,
    )


def announced_from(header: pb.SendHeader | pb.DeliverHeader) -> Announced:
    """Read what a header announces."""
    return Announced(key_from(header.key), header.total_bytes, header.sha256)


def deliver_header(announced: Announced, from_byte: int = 0) -> pb.DeliverHeader:
    """Write the header of a delivery."""
    return pb.DeliverHeader(
        key=key_to(announced.key),
        total_bytes=announced.total_bytes,
        sha256=announced.sha256,
        from_byte=from_byte,
    )


def grant_from(grant: pb.TaskGrant) -> Grant:
    """Read a task grant."""
    return Grant(
        grant.job,
        grant.task,
        grant.attempt,
        grant.component,
        grant.component_version,
        grant.component_hash,
        {party.member: party.role for party in grant.parties},
        tuple(GrantedMessage(m.name, m.from_role, m.to_role, m.carries, m.max_bytes) for m in grant.messages),
        grant.expires_ms,
    )


def egress_to(line: EgressLine) -> pb.Egress:
    """Write a line of the egress record."""
    return pb.Egress(
        time_ms=line.time_ms,
        member=line.member,
        job=line.job,
        task=line.task,
        attempt=line.attempt,
        component=line.component,
        message=line.message,
        kind=line.kind,
        bytes=line.n_bytes,
        sha256=line.sha256,
        id=line.id,
    )
