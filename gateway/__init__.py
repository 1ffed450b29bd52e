"""The only door between members: every byte of a federation goes through two gateways.

It talks to other members' gateways over mutual TLS, to its own services over signed gRPC, and to the union.
It owns the spool, the task grants of its own flow, the cache of members' keys, the policy and the egress record.
"""
