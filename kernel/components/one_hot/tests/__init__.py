"""Tests of one_hot."""
