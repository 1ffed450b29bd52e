"""The doors of serving."""
