"""Consultants: kind, team, level, active span."""
