"""Machine learning in the clear, on one member's own data: summaries, metrics, logistic regression, scorers of models."""
