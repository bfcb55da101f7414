"""Scanning cards at the door."""
