"""Tests of fill_missing."""
