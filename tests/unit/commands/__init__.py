"""Tests of the commands at the root of the clone."""
