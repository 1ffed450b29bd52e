"""Real data to begin with: a part of a public data set, see ATTRIBUTION.md."""
