"""What several services need: errors, identity, signed gRPC, settings, logs, health, metrics and SQL.

It talks to nobody by itself; the services build on it.
It owns no data and knows no business noun.
"""
