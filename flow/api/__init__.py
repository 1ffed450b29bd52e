"""Doors of flow, and its ways to the other services."""
