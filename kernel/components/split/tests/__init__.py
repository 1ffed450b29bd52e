"""Tests of split."""
