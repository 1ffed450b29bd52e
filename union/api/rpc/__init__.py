"""Signed gRPC."""
