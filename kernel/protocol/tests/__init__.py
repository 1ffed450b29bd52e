"""Tests of what several protocols share."""
