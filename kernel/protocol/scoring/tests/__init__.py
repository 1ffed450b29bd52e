"""Tests of the joint scoring round."""
