"""Signed gRPC: the own board in, the partners in and out through the own gateway."""
