"""Serving: published models online, alone or jointly with the partners who hold the other parts.

It answers applications over HTTP and the member's own board over signed gRPC, and asks the partners' servings through
the member's gateway. It owns the model parts of this member and their versions, feature snapshots, API keys and quotas.
"""
