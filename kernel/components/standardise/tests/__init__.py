"""Tests of standardise."""
