"""Signed gRPC, written once: see ``proto/common/v1/signing.proto``."""

from common.keys import CallerKeys, FirstOf, FixedKeys, KeyDirectory
from common.rpc.access import AccessTable
from common.rpc.client import SignedChannel, SignedStream, connect
from common.rpc.nonces import MemoryNonceStore, NonceStore, SqlNonceStore
from common.rpc.relay import RelayDispatcher, peer_call
from common.rpc.server import Server, caller_of
from common.rpc.tls import TlsClient, TlsServer

__all__ = [
    "AccessTable",
    "CallerKeys",
    "FirstOf",
    "FixedKeys",
    "KeyDirectory",
    "MemoryNonceStore",
    "NonceStore",
    "RelayDispatcher",
    "Server",
    "SignedChannel",
    "SignedStream",
    "SqlNonceStore",
    "TlsClient",
    "TlsServer",
    "caller_of",
    "connect",
    "peer_call",
]
