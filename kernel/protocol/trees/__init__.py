"""Gradient-boosted trees over several parties' columns: the promoter's gradients are added up under its own key."""
