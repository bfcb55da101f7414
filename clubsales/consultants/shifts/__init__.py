"""Shifts and presence: who is on post."""
