"""Tests of leaf_encoder."""
