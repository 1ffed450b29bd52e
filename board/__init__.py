"""The board: where a member's people work with the federation, in the web page, by HTTP and through the SDK.

It talks to the member's own flow, kernel, gateway and serving, to the union, and through the gateways to other members'
boards. It owns accounts, projects, offers, consents, flows, the models' registry and the audit log; it keeps no rows.
"""
