"""Guests who said when they come, and to whom."""
