"""The HTTP API under /board-service/api/v1, one file a resource."""
