"""Words that all resources share."""

BASE = "/fusion-service/api/v1"
OWN = "own house"  # who shows the token
CHUNK = 1 << 20
