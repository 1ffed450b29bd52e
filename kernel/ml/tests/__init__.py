"""Tests of the machine learning in the clear."""
