"""Guests arriving, being received and seen out."""
