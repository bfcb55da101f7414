"""Persons who may be one: proposals, merges, and merges undone."""
