"""The kernel's doors."""
