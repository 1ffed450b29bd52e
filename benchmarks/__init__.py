"""Measurements against peers in the same run: ratios, not absolute times, are what may be compared between machines."""
