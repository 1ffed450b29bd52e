"""The doors of the board: HTTP for people, signed gRPC for services."""
