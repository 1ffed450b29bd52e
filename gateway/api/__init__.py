"""Signed gRPC towards the own services and towards other gateways."""
