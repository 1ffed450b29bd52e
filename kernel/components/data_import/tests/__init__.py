"""Tests of data_import."""
