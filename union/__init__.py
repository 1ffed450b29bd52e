"""The federation's register: who is a member, which data, projects and consents there are, and since when.

Members' boards and gateways ask it over signed gRPC; it asks nobody but its ledger's node.
It owns the registry contract on the ledger and a read index that can be rebuilt from it.
"""
