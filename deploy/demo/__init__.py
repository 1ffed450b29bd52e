"""The demo: three organisations train a model on columns that none of them shows the others."""
