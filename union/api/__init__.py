"""The union's doors: signed gRPC for members, a read-only page for people."""
