"""Signed gRPC between fusion nodes."""
