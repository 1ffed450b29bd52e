"""The doors of fusion."""
