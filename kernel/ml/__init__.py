"""Machine learning in the clear, on one member's own data: summaries, metrics, regression, scorers of models."""
