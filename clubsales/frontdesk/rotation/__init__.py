"""Whose turn it is, and why."""
