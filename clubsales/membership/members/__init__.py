"""Persons who joined."""
